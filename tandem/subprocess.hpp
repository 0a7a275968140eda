#pragma once

/// Python's module subprocess: run, Popen, PIPE, DEVNULL, STDOUT, CalledProcessError, TimeoutExpired.

#include "tandem/subprocess/errors.hpp"
#include "tandem/subprocess/popen.hpp"
#include "tandem/subprocess/run.hpp"
