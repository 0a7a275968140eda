#pragma once

#include <map>
#include <string>

namespace tandem::subprocess {

/// A copy of this process's environment, to be changed and given to a program as `.env`. Not while another thread changes it, as
/// setenv(3) does. Python: os.environ.copy().
std::map<std::string, std::string> environment();

}  // namespace tandem::subprocess
