#pragma once

/// All of tandem at once. A program that needs one module includes that one: <tandem/queue.hpp>.

#include <tandem/futures.hpp>
#include <tandem/http.hpp>
#include <tandem/multiprocessing.hpp>
#include <tandem/queue.hpp>
#include <tandem/socketserver.hpp>
#include <tandem/subprocess.hpp>
#include <tandem/threading.hpp>
#include <tandem/version.hpp>
