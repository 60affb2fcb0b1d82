#include "session-format/import/sound_files.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>

#include <fmt/format.h>

#include "session-format/import/name_words.h"
#include "session-format/import/time_references.h"

namespace dubplate::session {
namespace {

constexpr int kUsualRate = 48000, kSlowestSession = 8000, kFastestSession = 384000;
constexpr std::size_t kMostListed = 8;
constexpr Layout kMono{Layout::Kind::mono, 1}, kStereo{Layout::Kind::stereo, 2};

std::string listed_names(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t at = 0; at < std::min(names.size(), kMostListed); ++at) text += (at > 0 ? ", " : "") + names[at];
    if (names.size() > kMostListed) text += fmt::format(" and {} more", names.size() - kMostListed);
    return text;
}

/// Folder by folder, what lies in a folder before its subfolders.
bool comes_before(const SoundFile& a, const SoundFile& b) {
    for (std::size_t depth = 0; depth < std::min(a.folders.size(), b.folders.size()); ++depth)
        if (a.folders[depth] != b.folders[depth]) return natural_less(a.folders[depth], b.folders[depth]);
    if (a.folders.size() != b.folders.size()) return a.folders.size() < b.folders.size();
    if (a.name != b.name) return natural_less(a.name, b.name);
    return a.path < b.path;
}

int usual_rate(const std::vector<SoundFile>& files) {
    std::map<int, std::size_t> counts;
    for (const SoundFile& file : files) ++counts[file.sample_rate];
    const auto most = std::ranges::max_element(counts, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second < b.second : a.first < b.first;
    });
    if (most == counts.end() || most->first < kSlowestSession || most->first > kFastestSession) return kUsualRate;
    return most->first;
}

/// The names of channels that are two sides of one sound, or that all say the same, tell nothing.
bool are_microphones(const std::vector<std::string>& names) {
    if (names.size() < 2) return false;
    if (names.size() == 2 && side_in(names[0]) == Side::left && side_in(names[1]) == Side::right) return false;
    return std::set<std::string>(names.begin(), names.end()).size() > 1;
}

/// The layout of a file's track; absent: a mono track for each channel.
std::optional<Layout> track_layout(const SoundFile& file, ChannelUse use) {
    if (file.channels == 1) return kMono;
    if (use == ChannelUse::split || file.channels > kMaxChannels) return {};
    const Layout usual = layout_of_channels(file.channels);
    if (use == ChannelUse::keep) return file.layout.value_or(usual);
    // Recorders write the mask of stereo for any two channels, and mean it for more.
    if (file.layout && file.channels > 2) return file.layout;
    if (are_microphones(file.channel_names)) return {};
    if (usual.kind == Layout::Kind::discrete) return {};
    return usual;
}

class Building {
public:
    Building(std::vector<SoundFile> files, const SessionRules& rules) : files_(std::move(files)), rules_(rules) {
        std::ranges::sort(files_, comes_before);
    }

    Result<SessionOfFiles> build() {
        Session& session = result_.session;
        session.name = rules_.name;
        session.sample_rate = rules_.sample_rate > 0 ? rules_.sample_rate : usual_rate(files_);
        names_.take("Master");
        if (auto placed = place(); !placed) return fail(std::move(placed.error()));
        name();
        find_groups();
        for (std::size_t file = 0; file < files_.size(); ++file) add_tracks(file);
        finish();
        add_notes();
        return std::move(result_);
    }

private:
    Result<void> place() {
        const int rate = result_.session.sample_rate;
        placed_.starts.resize(files_.size());
        if (rules_.timecode) {
            auto placed = place_by_time_reference(files_, rate, rules_.day_seconds, result_.warnings);
            if (!placed) return fail(std::move(placed.error()));
            placed_ = std::move(*placed);
        }
        for (std::size_t file = 0; file < files_.size(); ++file)
            result_.seconds =
                std::max(result_.seconds, static_cast<double>(placed_.starts[file]) / rate +
                                              static_cast<double>(files_[file].frames) / files_[file].sample_rate);
        return {};
    }

    void name() {
        std::vector<FileName> file_names;
        for (const SoundFile& file : files_)
            file_names.push_back({file.name, file.folders, file.channels == 1, file.sample_rate, file.frames});
        naming_ = name_tracks(file_names, rules_.naming);
    }

    /// What others may share with a file: the outermost folder that tells files apart, or the part in front of its name.
    std::string group_key(std::size_t file) const {
        if (!files_[file].folders.empty()) return files_[file].folders[0];
        return naming_.names[file].group;
    }

    void find_groups() {
        for (std::size_t file = 0; file < files_.size(); ++file) {
            if (naming_.names[file].side == Side::none) track_names_.insert(lower(naming_.names[file].name));
            if (naming_.names[file].side == Side::right) continue;  // two sides are one sound
            ++sounds_;
            if (const std::string key = lower(group_key(file)); !key.empty()) ++group_sizes_[key];
        }
    }

    /// One group of all there is would be a second master.
    bool is_grouped(std::size_t file) const {
        const auto found = group_sizes_.find(lower(group_key(file)));
        return found != group_sizes_.end() && found->second > 1 && found->second < sounds_;
    }

    /// The bus that `key` stands for, made where it is first asked for.
    Strip& bus(const std::string& key, const std::string& wanted, std::map<std::string, std::size_t>& known) {
        const auto [found, is_new] = known.emplace(key, buses_.size());
        // Tracks come first where both would be called alike.
        const bool is_taken = track_names_.contains(lower(wanted));
        if (is_new)
            buses_.push_back({.name = names_.take(is_taken ? wanted + " bus" : wanted), .kind = StripKind::bus});
        return buses_[found->second];
    }

    /// Where a file's tracks go: its group's bus, or the master.
    std::string output_of(std::size_t file) {
        if (!rules_.groups || !is_grouped(file)) return {};
        const std::string key = group_key(file);
        return bus(lower(key), key, group_buses_).name;
    }

    Strip& add_track(const std::string& wanted, std::size_t file, Layout layout, std::string output) {
        Clip clip{.file = files_[file].path, .start = frames(static_cast<double>(placed_.starts[file]))};
        tracks_.push_back(
            {.name = names_.take(wanted), .layout = layout, .output = std::move(output), .clips = {std::move(clip)}});
        return tracks_.back();
    }

    void add_tracks(std::size_t file) {
        const SoundFile& source = files_[file];
        const TrackName& named = naming_.names[file];
        std::string output = output_of(file);
        if (named.side != Side::none) {
            const bool is_left = named.side == Side::left;
            // The bus of the pair is its own: it goes where the pair would have gone.
            const std::string key = std::to_string(std::min(file, named.partner));
            Strip& pair = bus(key, named.name, pair_buses_);
            pair.output = std::move(output);
            add_track(named.name + (is_left ? " L" : " R"), file, kMono, pair.name).pan = is_left ? -1.0 : 1.0;
            if (is_left) pairs_.push_back(pair.name);
            return;
        }
        if (const auto layout = track_layout(source, rules_.channels)) {
            add_track(named.name, file, *layout, std::move(output));
            note_layout(source, *layout);
            return;
        }
        for (int channel = 1; channel <= source.channels; ++channel) {
            const auto at = static_cast<std::size_t>(channel - 1);
            const bool is_named = at < source.channel_names.size() && !source.channel_names[at].empty();
            const std::string what = is_named ? source.channel_names[at] : std::to_string(channel);
            add_track(named.name + " " + what, file, kMono, output).clips[0].channels = {channel};
        }
        split_.push_back(fmt::format("{} ({})", named.name, source.channels));
    }

    void note_layout(const SoundFile& source, Layout layout) {
        if (layout.kind != Layout::Kind::discrete) {
            if (layout.channels > 2 && layout.channels > master_layout_.channels) master_layout_ = layout;
            return;
        }
        result_.warnings.push_back(
            {fmt::format("its {} channels are no layout that a strip knows: channel 1 goes to the first of the bus, "
                         "channel 2 to the second and so on; --channels split makes a mono track of each",
                         source.channels),
             source.path});
    }

    void finish() {
        Session& session = result_.session;
        for (const auto& [key, index] : group_buses_) buses_[index].layout = master_layout_;
        for (Strip& strip : tracks_) session.strips.push_back(std::move(strip));
        for (Strip& strip : buses_) session.strips.push_back(std::move(strip));
        Strip master{.name = "Master", .kind = StripKind::master, .layout = master_layout_};
        if (rules_.headroom_db > 0.0) master.fader = decibels(-rules_.headroom_db);
        session.strips.push_back(std::move(master));
    }

    void add_notes() {
        auto& notes = result_.notes;
        if (!naming_.common_front.empty() || !naming_.common_end.empty()) {
            std::string text = "Left out of all names:";
            if (!naming_.common_front.empty()) text += fmt::format(" '{}' in front", naming_.common_front);
            if (!naming_.common_front.empty() && !naming_.common_end.empty()) text += ",";
            if (!naming_.common_end.empty()) text += fmt::format(" '{}' at the end", naming_.common_end);
            notes.push_back(text + ".");
        }
        if (!pairs_.empty())
            notes.push_back(
                fmt::format("Left and right in two files, each pair on a stereo bus: {}.", listed_names(pairs_)));
        if (!split_.empty()) notes.push_back(fmt::format("A mono track for each channel: {}.", listed_names(split_)));
        add_group_note();
        if (placed_.any)
            notes.push_back(fmt::format("The session starts at {}, files where their time references say.",
                                        time_of_day(placed_.day_seconds)));
        std::map<int, std::size_t> others;
        for (const SoundFile& file : files_)
            if (file.sample_rate != result_.session.sample_rate) ++others[file.sample_rate];
        for (const auto& [rate, count] : others)
            notes.push_back(fmt::format("{} file{} of {} Hz will be resampled.", count, count == 1 ? "" : "s", rate));
        if (master_layout_ != kStereo) notes.push_back(fmt::format("The mix is {}.", to_string(master_layout_)));
        for (const std::string& name : naming_.surround_sets)
            result_.warnings.push_back(
                {fmt::format("the files of '{}' are one surround sound in mono files: they became mono tracks in the "
                             "middle; make one file of several channels of them",
                             name),
                 ""});
    }

    void add_group_note() {
        std::vector<std::string> told;
        std::set<std::string> seen;
        for (std::size_t file = 0; file < files_.size(); ++file) {
            const std::string key = group_key(file);
            if (is_grouped(file) && seen.insert(lower(key)).second)
                told.push_back(fmt::format("{} ({})", key, group_sizes_.at(lower(key))));
        }
        if (told.empty()) return;
        result_.notes.push_back(
            fmt::format("{} {}.", rules_.groups ? "Buses:" : "With --group there would be buses:", listed_names(told)));
    }

    std::vector<SoundFile> files_;  // in order
    const SessionRules& rules_;
    TrackNames naming_;
    PlacedFiles placed_;
    UniqueNames names_;
    std::set<std::string> track_names_;                            // of single files, in small letters
    std::size_t sounds_ = 0;                                       // files, pairs counted once
    std::map<std::string, std::size_t> group_sizes_;               // by group key in small letters
    std::map<std::string, std::size_t> group_buses_, pair_buses_;  // index into buses_
    std::vector<Strip> tracks_, buses_;
    std::vector<std::string> pairs_, split_;
    Layout master_layout_ = kStereo;
    SessionOfFiles result_;
};

}  // namespace

Result<SessionOfFiles> session_of_files(std::vector<SoundFile> files, const SessionRules& rules) {
    for ([[maybe_unused]] const SoundFile& file : files)
        assert(file.sample_rate > 0 && file.channels > 0 && file.frames > 0 && "what cannot sound is left out before");
    return Building(std::move(files), rules).build();
}

}  // namespace dubplate::session
