// expect: tandem: there is no start method of that name: choose "fork", "forkserver" or "spawn"
#include "tandem/multiprocessing/context.hpp"

int main() { tandem::multiprocessing::get_context<"vfork">(); }
