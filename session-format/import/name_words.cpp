#include "session-format/import/name_words.h"

#include <algorithm>
#include <array>

#include "engine/base/file_name.h"
#include "engine/base/spelling.h"

namespace dubplate::session {
namespace {

constexpr std::string_view kCuts = " _-.";
constexpr std::size_t kMostNameBytes = 200, kMostPathBytes = 4096;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// How many bytes the UTF-8 character at the front of `text` has; 0 if it is none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    const std::size_t count = lead < 0x80                   ? 1
                              : lead >= 0xc2 && lead < 0xe0 ? 2
                              : lead >= 0xe0 && lead < 0xf0 ? 3
                              : lead >= 0xf0 && lead < 0xf5 ? 4
                                                            : 0;
    if (count == 0 || text.size() < count) return 0;
    for (std::size_t at = 1; at < count; ++at)
        if ((byte(at) & 0xc0) != 0x80) return 0;
    const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
    const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : count;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool has_letter(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return is_upper(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; });
}

bool is_number(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

bool is_padded_number(std::string_view text) { return text.size() > 1 && text[0] == '0' && is_number(text); }

std::vector<Word> words_of(std::string_view name) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < name.size()) {
        const std::size_t begin = name.find_first_not_of(kCuts, at);
        if (begin == std::string_view::npos) break;
        const std::size_t end = std::min(name.find_first_of(kCuts, begin), name.size());
        words.push_back({std::string(name.substr(at, begin - at)), std::string(name.substr(begin, end - begin))});
        at = end;
    }
    if (words.empty() && !name.empty()) words.push_back({"", std::string(name)});
    return words;
}

std::string compose(const std::vector<Word>& words, std::size_t begin, std::size_t end) {
    std::string text;
    const auto put = [&](char c) {
        if (c == '_' || is_control(c)) c = ' ';
        if (c != ' ' || (!text.empty() && text.back() != ' ')) text += c;
    };
    for (std::size_t at = begin; at < end; ++at) {
        if (at > begin) std::ranges::for_each(words[at].before, put);
        std::ranges::for_each(words[at].text, put);
    }
    return text;
}

std::string compose(const std::vector<Word>& words) { return compose(words, 0, words.size()); }

SideWord side_of_word(std::string_view word) {
    while (!word.empty() && (word.front() == '(' || word.front() == '[')) word.remove_prefix(1);
    while (!word.empty() && (word.back() == ')' || word.back() == ']')) word.remove_suffix(1);
    const std::string small = lower(word);
    if (small == "l" || small == "left") return {Side::left};
    if (small == "r" || small == "right") return {Side::right};
    if (word.size() < 2 || (word.back() != 'L' && word.back() != 'R')) return {};
    const std::string_view rest = word.substr(0, word.size() - 1);
    const bool stands_out = !is_upper(rest.back()) && (has_letter(rest) || rest.size() > 1);
    const bool is_acronym = rest.size() > 1 && std::ranges::all_of(rest, [](char c) { return is_upper(c); });
    if (!stands_out && !is_acronym) return {};
    return {word.back() == 'L' ? Side::left : Side::right, true, std::string(rest)};
}

bool is_surround_word(std::string_view word) {
    static constexpr std::array<std::string_view, 7> kWords{"ls", "rs", "lfe", "lss", "rss", "lsr", "rsr"};
    return std::ranges::find(kWords, lower(word)) != kWords.end();
}

Side side_in(std::string_view name) {
    Side found = Side::none;
    for (const Word& word : words_of(name)) {
        const Side side = side_of_word(word.text).side;
        if (side == Side::none) continue;
        if (found != Side::none && found != side) return Side::none;
        found = side;
    }
    return found;
}

bool natural_less(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    const auto digits = [](std::string_view text, std::size_t& at) {
        while (at < text.size() && text[at] == '0') ++at;
        const std::size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return text.substr(begin, at - begin);
    };
    while (i < a.size() && j < b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            const std::string_view m = digits(a, i), n = digits(b, j);
            if (m.size() != n.size()) return m.size() < n.size();
            if (m != n) return m < n;
            continue;
        }
        const auto small = [](char c) { return static_cast<unsigned char>(is_upper(c) ? c - 'A' + 'a' : c); };
        if (small(a[i]) != small(b[j])) return small(a[i]) < small(b[j]);
        ++i, ++j;
    }
    if (i < a.size() || j < b.size()) return i >= a.size();
    return a < b;
}

std::string UniqueNames::take(std::string_view wanted) {
    std::string clean(cut(wanted, kMostNameBytes - 20));
    std::ranges::replace_if(clean, is_control, ' ');
    if (clean.empty()) clean = "Track";
    const std::string file = lower(file_name_of(clean));
    if (taken_.insert(file).second) return clean;
    for (std::size_t& number = ++numbers_[file];; ++number) {
        const std::string numbered = clean + " " + std::to_string(number + 1);
        if (taken_.insert(lower(file_name_of(numbered))).second) return numbered;
    }
}

bool is_sayable(std::string_view path) {
    if (path.size() > kMostPathBytes || std::ranges::any_of(path, is_control)) return false;
    while (!path.empty()) {
        const std::size_t count = character_bytes(path);
        if (count == 0) return false;
        path.remove_prefix(count);
    }
    return true;
}

}  // namespace dubplate::session
