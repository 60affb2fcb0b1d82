#include "cli/demo/samples.h"

#include <cassert>
#include <filesystem>
#include <iterator>

#include "engine/audio/source.h"

namespace dubplate::demo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {
    "/usr/share/sonic-pi/samples",
    "/usr/share/sonic-pi/etc/samples",
    "/usr/local/share/sonic-pi/samples",
    "/opt/sonic-pi/etc/samples",
};

struct Sample {
    std::string_view name;
    double root;  ///< 0: no pitch to speak of
};

/// Every recording the demo uses. Roots: strongest partial over the body of the sound.
constexpr Sample kSamples[] = {
    {"ambi_choir", 72.47},
    {"ambi_dark_woosh", 0},
    {"ambi_drone", 60.15},
    {"ambi_glass_hum", 57.0},
    {"ambi_glass_rub", 77.97},
    {"ambi_haunted_hum", 49.75},
    {"ambi_lunar_land", 0},
    {"ambi_piano", 33.98},
    {"ambi_sauna", 0},
    {"ambi_swoosh", 0},
    {"bass_hard_c", 35.96},
    {"bass_thick_c", 35.96},
    {"bass_trance_c", 35.96},
    {"bass_voxy_c", 60.05},
    {"bass_voxy_hit_c", 35.96},
    {"bass_woodsy_c", 35.96},
    {"bd_boom", 34.47},
    {"bd_haus", 0},
    {"drum_bass_hard", 0},
    {"drum_cymbal_closed", 0},
    {"drum_cymbal_hard", 0},
    {"drum_cymbal_open", 0},
    {"drum_cymbal_pedal", 0},
    {"drum_cymbal_soft", 0},
    {"drum_roll", 0},
    {"drum_snare_hard", 0},
    {"drum_snare_soft", 0},
    {"drum_splash_hard", 0},
    {"drum_tom_hi_hard", 50.8},
    {"drum_tom_lo_hard", 41.82},
    {"drum_tom_mid_hard", 46.81},
    {"elec_bell", 59.95},
    {"elec_chime", 94.66},
    {"elec_ping", 81.07},
    {"elec_triangle", 0},
    {"elec_wood", 0},
    {"glitch_robot1", 0},
    {"glitch_robot2", 0},
    {"guit_e_fifths", 52.08},
    {"guit_e_slide", 76.15},
    {"guit_em9", 40.05},
    {"guit_harmonics", 70.94},
    {"loop_amen", 0},
    {"loop_breakbeat", 0},
    {"loop_compus", 0},
    {"loop_drone_g_97", 43.0},
    {"loop_tabla", 0},
    {"mehackit_phone1", 0},
    {"mehackit_robot1", 0},
    {"misc_cineboom", 0},
    {"perc_snap", 0},
    {"perc_swash", 0},
    {"sn_dub", 0},
    {"tabla_tun1", 63.19},
    {"vinyl_hiss", 0},
};

}  // namespace

Result<SampleLibrary> SampleLibrary::open(const std::string& folder) {
    SampleLibrary library;
    std::string searched;
    const auto look_in = [&](const std::string& candidate) {
        searched += (searched.empty() ? "" : ", ") + candidate;
        std::error_code ignored;
        if (library.folder_.empty() && fs::is_directory(candidate, ignored)) library.folder_ = candidate;
    };
    if (!folder.empty())
        look_in(folder);
    else
        for (const char* candidate : kFolders) look_in(candidate);
    const std::string advice = "; install them with: apt-get install sonic-pi-samples";
    if (library.folder_.empty())
        return fail(ErrorCode::not_found, "the demo's recordings are not there (looked for " + searched + ")" + advice);

    std::string missing;
    int missing_count = 0;
    for (const Sample& sample : kSamples) {
        const auto info = audio::probe_source(library.path(sample.name));
        if (!info || info->sample_rate <= 0) {
            if (++missing_count <= 3) missing += (missing.empty() ? "" : ", ") + library.path(sample.name);
            continue;
        }
        const double seconds = static_cast<double>(info->frames) / info->sample_rate;
        library.facts_.emplace(std::string(sample.name), Facts{seconds, info->channels});
    }
    if (missing_count > 0)
        return fail(ErrorCode::not_found, std::to_string(missing_count) + " of the demo's " +
                                              std::to_string(std::size(kSamples)) + " recordings cannot be read (" +
                                              missing + (missing_count > 3 ? ", ..." : "") + ")" + advice);
    return library;
}

std::string SampleLibrary::path(std::string_view sample) const { return folder_ + "/" + std::string(sample) + ".flac"; }

const SampleLibrary::Facts& SampleLibrary::facts(std::string_view sample) const {
    const auto found = facts_.find(sample);
    assert(found != facts_.end() && "a part plays a sample that is not in kSamples");
    return found->second;
}

double root_note(std::string_view sample) {
    for (const Sample& entry : kSamples)
        if (entry.name == sample) {
            assert(entry.root > 0 && "a part asks an unpitched sample for a note");
            return entry.root;
        }
    assert(false && "a part plays a sample that is not in kSamples");
    return 60.0;
}

}  // namespace dubplate::demo
