#include "session-format/import/file_names.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "session-format/import/name_words.h"

namespace dubplate::session {
namespace {

/// Too few names to tell what they have in common from what they are called.
constexpr std::size_t kEnoughNames = 3;

/// What becomes one track, or one pair: the words of its name and what is left out of them at both ends.
struct Unit {
    std::vector<Word> words = {};
    std::size_t begin = 0, end = 0;       ///< of the words that are kept
    std::string index = {}, take = {};    ///< left out unless they are needed
    std::vector<std::size_t> files = {};  ///< one, or left and right
    const FileName* first = nullptr;

    bool keeps_letters(std::size_t from, std::size_t to) const {
        return from < to && std::any_of(words.begin() + static_cast<std::ptrdiff_t>(from),
                                        words.begin() + static_cast<std::ptrdiff_t>(to),
                                        [](const Word& word) { return has_letter(word.text); });
    }
};
using Units = std::vector<Unit>;

std::string folder_of(const FileName& file) { return file.folders.empty() ? "" : file.folders.back(); }

template <class Holds>
bool all_units(const Units& units, Holds holds) {
    return std::ranges::all_of(units, holds);
}

/// "01 Kick", "02 Snare", or "01Kick", "02Snare": an order if every name in the folder has one, or if it is written "01".
void cut_index(Units& units) {
    const auto has_index = [](const Unit& unit) {
        return unit.index.empty() && is_number(unit.words[unit.begin].text) &&
               unit.keeps_letters(unit.begin + 1, unit.end);
    };
    const auto has_glued_index = [](const Unit& unit) {
        const std::string& text = unit.words[unit.begin].text;
        return unit.index.empty() && text.size() > 2 && is_number(text.substr(0, 2)) && has_letter(text.substr(2, 1));
    };
    struct Folder {
        std::size_t units = 0, indexed = 0, glued = 0;
    };
    std::map<std::vector<std::string>, Folder> folders;
    for (const Unit& unit : units) {
        Folder& folder = folders[unit.first->folders];
        ++folder.units;
        folder.indexed += has_index(unit);
        folder.glued += has_glued_index(unit);
    }
    for (Unit& unit : units) {
        const Folder& folder = folders.at(unit.first->folders);
        std::string& text = unit.words[unit.begin].text;
        if (folder.units > 1 && folder.glued == folder.units) {
            unit.index = text.substr(0, 2);
            text.erase(0, 2);
        } else if (has_index(unit) &&
                   (is_padded_number(text) || (folder.units > 1 && folder.indexed == folder.units))) {
            unit.index = text;
            ++unit.begin;
        }
    }
}

/// "_01", "Take 3", "take3" at the end.
void cut_take(Units& units) {
    for (Unit& unit : units) {
        if (!unit.take.empty()) continue;
        const std::string last = lower(unit.words[unit.end - 1].text);
        const std::string before = unit.end - unit.begin > 1 ? lower(unit.words[unit.end - 2].text) : "";
        std::size_t count = 0;
        if (is_number(last) && (before == "take" || before == "tk"))
            count = 2;
        else if (is_padded_number(last) || (last.starts_with("take") && is_number(last.substr(4))))
            count = 1;
        if (count == 0 || !unit.keeps_letters(unit.begin, unit.end - count)) continue;
        unit.take = compose(unit.words, unit.end - count, unit.end);
        unit.end -= count;
    }
}

std::string cut_common_front(Units& units) {
    std::string common;
    while (all_units(units, [&](const Unit& unit) {
        return unit.words[unit.begin].text == units[0].words[units[0].begin].text &&
               unit.keeps_letters(unit.begin + 1, unit.end);
    })) {
        if (!common.empty()) common += ' ';
        common += units[0].words[units[0].begin].text;
        for (Unit& unit : units) ++unit.begin;
    }
    return common;
}

std::string cut_common_end(Units& units) {
    std::string common;
    while (all_units(units, [&](const Unit& unit) {
        return unit.words[unit.end - 1].text == units[0].words[units[0].end - 1].text &&
               unit.keeps_letters(unit.begin, unit.end - 1);
    })) {
        common = units[0].words[units[0].end - 1].text + (common.empty() ? "" : " ") + common;
        for (Unit& unit : units) --unit.end;
    }
    return common;
}

/// Finds the files that are two sides of one sound.
class Pairing {
public:
    Pairing(std::span<const FileName> files, std::vector<std::vector<Word>>& words) : files_(files), words_(words) {
        for (std::size_t file = 0; file < files.size(); ++file)
            if (files[file].can_be_side) note(file);
    }

    struct Match {
        Side side = Side::none;
        std::size_t partner = 0;
    };

    /// [file]. The words of the two lose the side. `surround_sets` gets the names that were left alone.
    std::vector<Match> find(std::set<std::string>& surround_sets) {
        std::vector<Match> matches(files_.size());
        for (const bool glued : {false, true})
            for (const Candidate& left : candidates_) {
                if (left.glued != glued || left.side != Side::left) continue;
                const std::vector<Candidate*>& both = by_key_.at(left.key);
                if (both.size() != 2 || both[0]->side == both[1]->side) continue;
                const Candidate& right = *(both[0] == &left ? both[1] : both[0]);
                if (matches[left.file].side != Side::none || matches[right.file].side != Side::none) continue;
                if (surround_.contains(left.key)) {
                    surround_sets.insert(compose(without(left)));
                    continue;
                }
                matches[left.file] = {Side::left, right.file};
                matches[right.file] = {Side::right, left.file};
                words_[left.file] = without(left);
                words_[right.file] = without(right);
            }
        return matches;
    }

private:
    struct Candidate {
        std::size_t file = 0, word = 0;
        Side side = Side::none;
        bool glued = false;
        std::string rest = {};
        std::string key = {};
    };

    void note(std::size_t file) {
        const std::vector<Word>& words = words_[file];
        for (std::size_t at = words.size(); at-- > 0;) {
            const SideWord found = side_of_word(words[at].text);
            if (is_surround_word(words[at].text)) surround_.insert(key(file, at, "", false));
            if (found.side == Side::none) continue;
            candidates_.push_back(
                {file, at, found.side, found.glued, found.rest, key(file, at, found.rest, found.glued)});
        }
        for (; noted_ < candidates_.size(); ++noted_) by_key_[candidates_[noted_].key].push_back(&candidates_[noted_]);
    }

    /// What both sides must agree in: folder, rate, all words but the side; where only a letter tells, also the length.
    std::string key(std::size_t file, std::size_t side_word, const std::string& rest, bool glued) const {
        const FileName& name = files_[file];
        std::string text = std::to_string(name.sample_rate);
        if (glued) text += '/' + std::to_string(name.frames);
        for (const std::string& folder : name.folders) text += '/' + folder;
        for (std::size_t at = 0; at < words_[file].size(); ++at)
            text += '\n' + (at == side_word ? rest + '\t' : words_[file][at].text);
        return text;
    }

    std::vector<Word> without(const Candidate& candidate) const {
        std::vector<Word> words = words_[candidate.file];
        const auto at = words.begin() + static_cast<std::ptrdiff_t>(candidate.word);
        if (candidate.glued)
            at->text = candidate.rest;
        else
            words.erase(at);
        return words;
    }

    std::span<const FileName> files_;
    std::vector<std::vector<Word>>& words_;
    std::deque<Candidate> candidates_;  // pointed into
    std::size_t noted_ = 0;
    std::map<std::string, std::vector<Candidate*>> by_key_;
    std::set<std::string> surround_;
};

/// The part in front that other names may share.
std::string group_of(const Unit& unit) {
    const auto& words = unit.words;
    for (const std::string_view mark : {" - ", "_"})
        for (std::size_t at = unit.begin + 1; at < unit.end; ++at)
            if (words[at].before.find(mark) != std::string::npos) return compose(words, unit.begin, at);
    if (unit.end - unit.begin > 1) return words[unit.begin].text;
    std::string text = words[unit.begin].text;
    while (!text.empty() && is_number(text.substr(text.size() - 1))) text.pop_back();
    return has_letter(text) ? text : "";
}

/// The names of units that are called alike: more and more of what was left out comes back until they differ.
void tell_apart(const Units& units, const std::vector<std::size_t>& alike, std::vector<std::string>& names) {
    const auto spaced = [](std::string a, const std::string& b) {
        return a.empty() ? b : b.empty() ? a : std::move(a) + " " + b;
    };
    const auto with_folder = [&](const Unit& unit, const std::string& name) {
        return spaced(folder_of(*unit.first), name);
    };
    const auto with_numbers = [&](const Unit& unit, const std::string& name) {
        return spaced(spaced(unit.index, name), unit.take);
    };
    const auto whole = [&](const Unit& unit, const std::string&) { return with_numbers(unit, compose(unit.words)); };
    const auto whole_with_folder = [&](const Unit& unit, const std::string& name) {
        return with_folder(unit, whole(unit, name));
    };
    const auto attempt = [&](const auto& told) {
        std::set<std::string> different;
        std::vector<std::string> longer;
        for (const std::size_t unit : alike) {
            longer.push_back(told(units[unit], names[unit]));
            different.insert(lower(longer.back()));
        }
        if (different.size() != alike.size()) return false;
        for (std::size_t k = 0; k < alike.size(); ++k) names[alike[k]] = longer[k];
        return true;
    };
    attempt(with_numbers) || attempt(with_folder) || attempt(whole) || attempt(whole_with_folder);
}

}  // namespace

TrackNames name_tracks(std::span<const FileName> files, const NamingRules& rules) {
    TrackNames result;
    std::vector<std::vector<Word>> words;
    for (const FileName& file : files) words.push_back(words_of(file.name));
    std::vector<Pairing::Match> matches(files.size());
    if (rules.pairs) {
        std::set<std::string> surround_sets;
        matches = Pairing(files, words).find(surround_sets);
        result.surround_sets.assign(surround_sets.begin(), surround_sets.end());
    }

    Units units;
    for (std::size_t file = 0; file < files.size(); ++file) {
        const Pairing::Match& match = matches[file];
        const bool is_pair = match.side != Side::none;
        if (is_pair && match.partner < file) continue;
        Unit unit{.words = words[file], .files = {file}, .first = &files[file]};
        if (is_pair) unit.files.insert(unit.files.begin() + (match.side == Side::left ? 1 : 0), match.partner);
        if (unit.words.empty())  // "Piano/L.wav"
            unit.words = words_of(folder_of(files[file]).empty() ? "Stereo" : folder_of(files[file]));
        unit.end = unit.words.size();
        units.push_back(std::move(unit));
    }
    if (!rules.as_written && !units.empty()) {
        cut_index(units);
        if (units.size() >= kEnoughNames) result.common_front = cut_common_front(units);
        cut_index(units);
        if (units.size() >= kEnoughNames) result.common_end = cut_common_end(units);
        cut_take(units);
        if (units.size() >= kEnoughNames && result.common_end.empty()) result.common_end = cut_common_end(units);
    }

    std::vector<std::string> names;
    std::map<std::string, std::vector<std::size_t>> by_name;
    for (const Unit& unit : units) {
        names.push_back(compose(unit.words, unit.begin, unit.end));
        by_name[lower(names.back())].push_back(names.size() - 1);
    }
    for (const auto& [name, alike] : by_name)
        if (alike.size() > 1) tell_apart(units, alike, names);

    result.names.resize(files.size());
    UniqueNames unique;
    for (std::size_t at = 0; at < units.size(); ++at) {
        const Unit& unit = units[at];
        const std::string name = unique.take(names[at]);
        const std::string group = group_of(unit);
        for (const std::size_t file : unit.files)
            result.names[file] = {name, group, matches[file].side, matches[file].partner};
    }
    return result;
}

}  // namespace dubplate::session
