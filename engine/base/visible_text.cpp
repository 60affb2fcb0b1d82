#include "engine/base/visible_text.h"

#include <fmt/format.h>

namespace dubplate {

namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 0;  ///< 0: no UTF-8
};

Character first_of(std::string_view text) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
    const std::size_t bytes = byte(0) < 0x80 ? 1 : byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
    if (bytes == 0 || byte(0) > 0xf4 || bytes > text.size()) return {};
    char32_t code = bytes == 1 ? byte(0) : byte(0) & (0xffu >> (bytes + 1));
    for (std::size_t k = 1; k < bytes; ++k) {
        if ((byte(k) & 0xc0) != 0x80) return {};
        code = code << 6 | (byte(k) & 0x3f);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kLeast[bytes] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
    return {code, bytes};
}

bool is_obeyed(char32_t code) {
    const bool is_control = (code < 0x20 && code != '\n') || (code >= 0x7f && code <= 0x9f);
    return is_control || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string visible_text(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const auto [code, bytes] = first_of(text);
        if (bytes == 0 || (bytes == 1 && is_obeyed(code)))
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        else if (is_obeyed(code))
            shown += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
        else
            shown += text.substr(0, bytes);
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return shown;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t bytes = first_of(text).bytes;
        if (bytes == 0) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

std::string as_utf8(std::string_view text) { return is_utf8(text) ? std::string(text) : visible_text(text); }

}  // namespace dubplate
