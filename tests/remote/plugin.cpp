// A shared library that a program loads while it runs, and whose functions it calls in other processes.

#include "tandem/remote/call.hpp"

namespace {

int times(int n) { return n * 10 * PLUGIN_BUILD; }

}  // namespace

extern "C" int plugin_triple(int n) { return 3 * n; }
extern "C" int plugin_build() { return PLUGIN_BUILD; }

/// A call that is made in here: function and trampoline both stand in the library.
extern "C" void plugin_call(int n, tandem::remote::Call* call) { *call = tandem::remote::make_call(times, n); }
