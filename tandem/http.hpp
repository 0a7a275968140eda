#pragma once

/// HTTP/1.1: a server of files and handlers. Python: http.server.

#include <tandem/http/handler.hpp>
#include <tandem/http/options.hpp>
#include <tandem/http/request.hpp>
#include <tandem/http/response.hpp>
#include <tandem/http/server.hpp>
