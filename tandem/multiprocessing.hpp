#pragma once

/// Python: multiprocessing. Processes of this program that run functions of it; tandem::init(), which they need.

#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/this_process.hpp"
