#include "engine/base/file_name.h"

#include <cstring>

#include "engine/base/spelling.h"

namespace dubplate {
namespace {

constexpr std::size_t kLongestField = 200;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string file_name_of(std::string_view name) {
    std::string safe;
    for (const char c : cut(name, kLongestField))
        safe += is_control(c) || std::strchr("/\\:*?\"<>|", c) != nullptr ? '_' : c;
    while (!safe.empty() && (safe.back() == '.' || safe.back() == ' ')) safe.back() = '_';
    if (!safe.empty() && safe[0] == '.') safe[0] = '_';
    return safe.empty() ? "_" : safe;
}

}  // namespace dubplate
