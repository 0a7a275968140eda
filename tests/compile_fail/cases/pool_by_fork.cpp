// expect: tandem: pools replace their workers at any time, when a fork is not safe
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/pool.hpp"

int main() { auto pool = tandem::multiprocessing::get_context<"fork">().Pool(4); }
