#include "tandem/remote/call.hpp"

#include <stdexcept>
#include <vector>

namespace tandem::remote {
namespace {

std::uint64_t trampoline_kind() { return detail::kind_of<detail::Trampoline>(); }

detail::Trampoline find_trampoline(InputArchive& in) {
  const CodeRef code = load_code(in, trampoline_kind());
  std::vector<ModuleNote> notes;
  in(notes);
  for (const ModuleNote& note : notes) ensure_loaded(note);
  const void* address = address_of(code);
  if (address == nullptr) throw std::runtime_error("the message is no call: it names no function");
  return reinterpret_cast<detail::Trampoline>(const_cast<void*>(address));
}

}  // namespace

namespace detail {

std::uint64_t hash_of_name(std::string_view name) noexcept {
  std::uint64_t state = 0xcbf29ce484222325;
  for (const char c : name) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return state;
}

void save_member(OutputArchive& out, MemberFunction member, std::uint64_t kind) {
  // A place in the vtable goes as the code of no module; the offset in `this` is covered by the check sum as well.
  const CodeRef code = member.is_virtual() ? CodeRef{0, member.target} : code_of(reinterpret_cast<const void*>(member.target));
  out(static_cast<std::int64_t>(member.adjustment));
  save_code(out, code, kind + static_cast<std::uint64_t>(member.adjustment));
}

MemberFunction load_member(InputArchive& in, std::uint64_t kind) {
  std::int64_t adjustment = 0;
  in(adjustment);
  const CodeRef code = load_code(in, kind + static_cast<std::uint64_t>(adjustment));
  const std::uintptr_t target = code.module == 0 ? code.offset : reinterpret_cast<std::uintptr_t>(address_of(code));
  return {target, static_cast<std::ptrdiff_t>(adjustment)};
}

void begin_call(OutputArchive& out, Trampoline trampoline, std::span<const void* const> code) {
  const CodeRef head = code_of(reinterpret_cast<const void*>(trampoline));
  std::vector<ModuleNote> notes;
  const auto add_note = [&notes](CodeRef of) {
    if (auto note = note_for(of)) notes.push_back(*std::move(note));
  };
  add_note(head);
  for (const void* address : code) add_note(code_of(address));
  save_code(out, head, trampoline_kind());
  out(notes);
}

void throw_null_function() { throw std::invalid_argument("a call needs a function; this pointer to one is null"); }

void throw_null_text() {
  throw std::invalid_argument("a null const char* cannot be an argument of a call; pass \"\" or a std::optional<std::string>");
}

}  // namespace detail

void run_call(InputArchive& in, OutputArchive& out) {
  const OutputArchive::Mark before = out.mark();
  try {
    find_trampoline(in)(in, out);
  } catch (...) {
    out.rewind(before);
    throw;
  }
}

}  // namespace tandem::remote
