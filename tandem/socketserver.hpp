#pragma once

/// Servers that drive a protocol under a model chosen at run time. Python: socketserver, and asyncio's protocols.

#include <tandem/socketserver/options.hpp>
#include <tandem/socketserver/protocol.hpp>
#include <tandem/socketserver/server.hpp>
#include <tandem/socketserver/session.hpp>
