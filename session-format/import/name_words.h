#pragma once

/// The words that names of files are made of, for file_names.cpp. Threads: pure functions.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "session-format/import/file_names.h"

namespace dubplate::session {

struct Word {
    std::string before = {};  ///< what stands between it and the word before: "_", " - "
    std::string text = {};
};

/// "01_Kick.In" is 01, Kick and In. Never empty for a name that is not.
std::vector<Word> words_of(std::string_view name);
/// Words [begin, end) as a person would write them: blanks for '_'.
std::string compose(const std::vector<Word>& words, std::size_t begin, std::size_t end);
std::string compose(const std::vector<Word>& words);

std::string lower(std::string_view text);  ///< of ASCII letters
bool has_letter(std::string_view text);
bool is_number(std::string_view text);         ///< digits only
bool is_padded_number(std::string_view text);  ///< "01", "003"

struct SideWord {
    Side side = Side::none;
    bool glued = false;     ///< a capital at the end of the word: "OHL", "RoomR"
    std::string rest = {};  ///< of a glued one: "OH"
};
SideWord side_of_word(std::string_view word);
/// "Ls", "LFE": a channel that only surround sets have.
bool is_surround_word(std::string_view word);

}  // namespace dubplate::session
