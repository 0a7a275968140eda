#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tandem::remote {

class OutputArchive;
class InputArchive;

/// Which code, in words that mean the same in every process that has the same module (program or shared library), wherever the
/// kernel has put it there: no registration, no agreement beforehand.
struct CodeRef {
  /// The first eight bytes of the module's GNU build-id; for a module without one, a hash of its path and its file's size, which
  /// tells fewer builds apart. 0 for none.
  std::uint64_t module = 0;
  /// From the module's load address.
  std::uint64_t offset = 0;

  bool operator==(const CodeRef&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(module, offset);
  }
};

/// The portable name of the function at `address`; {} for nullptr. Some ten nanoseconds; looks again at what is loaded when it does
/// not know the address. From any thread. Throws std::runtime_error for what is no code of a module.
CodeRef code_of(const void* address);

/// The way back, in this process. Throws std::runtime_error if the module is not loaded here, or has no code at that place.
const void* address_of(CodeRef code);

/// Where a module is to be found that the receiver may not have: one that was loaded by dlopen.
struct ModuleNote {
  std::uint64_t module = 0;
  std::vector<unsigned char> build_id = {};  // empty if it has none
  std::string path = {};

  template <class Archive>
  void serialize(Archive& archive) {
    archive(module, build_id, path);
  }
};

/// From now on, calls into the modules that are loaded at this moment carry no note: whoever receives calls was forked later, or is
/// the same program. tandem::init calls it; without it, that moment is the first use of this header. Modules that it remembers must
/// stay loaded.
void remember_startup_modules();

/// The note that a call into the module of `code` must carry, if any.
std::optional<ModuleNote> note_for(CodeRef code);

/// Loads the module that `note` speaks of by dlopen, unless it is there. Throws std::runtime_error if it cannot be loaded, or is
/// not the build that the note's sender has.
void ensure_loaded(const ModuleNote& note);

/// A CodeRef on its way, with a check sum that also covers `kind`, what kind of function it is: calling into a place that a damaged
/// message names could do anything. load_code() throws std::runtime_error for damage, and like address_of().
void save_code(OutputArchive& out, CodeRef code, std::uint64_t kind);
CodeRef load_code(InputArchive& in, std::uint64_t kind);

}  // namespace tandem::remote
