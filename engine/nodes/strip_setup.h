#pragma once

/// A strip made ready: its inserts' values in base units, everything that moves as curves in frames.
///
/// A function of session, tempo map and responses; made once per render, before latencies are known to anyone else.
/// Threads: plain values, immutable once made; curves may refer to the tempo map, which outlives them.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/nodes/curve.h"
#include "kernels/processors/processor.h"
#include "session-format/model/session.h"

namespace dubplate::nodes {

/// Responses by file name as written in the session; filled before set_up_strip() is called.
using Impulses = std::map<std::string, std::shared_ptr<const kernels::ImpulseResponse>>;

struct MovingParameter {
    std::size_t index = 0;
    Motion motion = Motion::per_block;
    Curve curve;
};

struct InsertSetup {
    const kernels::ProcessorKind* kind = nullptr;
    bool bypass = false;
    std::size_t group_size = 0;
    std::vector<double> values;           ///< [parameter] at frame 0
    std::vector<double> greatest, least;  ///< [parameter] over time
    std::vector<MovingParameter> moving;  ///< ascending index
    const kernels::ImpulseResponse* impulse = nullptr;
    bool has_key = false;
    FrameCount latency_frames = 0;
    kernels::Tail tail;

    kernels::StripValues strip_values(double sample_rate, int channels) const {
        return {sample_rate, channels, values, greatest, impulse, least};
    }
    /// Equal for inserts that may share an instance: same kind, choices, latency, moving parameters.
    std::string signature() const;
};

struct SendSetup {
    Curve level_db;
    Curve pan;
    bool mute = false;
};

struct StripSetup {
    std::vector<InsertSetup> inserts;
    Curve fader_db;
    Curve pan;
    Curve mute;  ///< 0 sounds, 1 silent, with ramps
    std::vector<SendSetup> sends;
    /// How many of the inserts, from the first on, hear and give the same on all channels; -1: the strip's input differs.
    int equal_inserts = -1;

    /// How many of the layout's channels there are before an insert, where one stands for those that are equal.
    int channels_at(int insert, int channels) const { return equal_inserts >= insert ? 1 : channels; }
    FrameCount latency_frames(int first, int last) const;  ///< of inserts [first, last)
    FrameCount tail_frames() const;                        ///< of all inserts
    FrameCount gap_frames() const;
};

/// Errors: bad_argument/not_found with strip and insert and the place in the file.
Result<StripSetup> set_up_strip(const session::Session& session, const session::Strip& strip,
                                const session::TempoMap& tempo_map, const Impulses& impulses);
/// [strip]; of strips that are disabled, but for the master, empty ones. `poll` is asked before each, false cancels.
Result<std::vector<StripSetup>> set_up_strips(const session::Session& session, const session::TempoMap& tempo_map,
                                              const Impulses& impulses, const std::function<bool()>& poll = {});
/// Finds the strips whose channels are equal: tracks of several channels whose clips (null: no track) have one for all.
void find_equal_channels(const session::Session& session, std::span<const std::unique_ptr<audio::ClipTrack>> tracks,
                         std::vector<StripSetup>& setups);

/// "song.dub.json:12:7 (/tracks/0/clips/1): strip 'Vox'", without the file for sessions built in code.
std::string strip_place(const session::Session& session, const session::Strip& strip, const session::Place& place);
/// The same with " / insert 2 (compressor)" behind it.
std::string insert_place(const session::Session& session, const session::Strip& strip, std::size_t insert);

}  // namespace dubplate::nodes
