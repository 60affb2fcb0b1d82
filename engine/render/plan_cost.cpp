#include "engine/render/plan_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <map>
#include <set>

#include "engine/nodes/lane_group.h"
#include "kernels/processors/cost.h"

namespace dubplate::render {
namespace {

using graph::PlanBlock;
using graph::PlanStrip;

/// The time that is evaluated, in equal cells.
constexpr std::size_t kCells = 512;
using Activity = std::bitset<kCells>;

// Nanoseconds a frame and channel, release build, from renders of bench/reference_session: bench/RESULTS.md, "Estimates".
constexpr double kReadNs = 1.1;       ///< from a clip: the kernel's copy, hash, unpacking, gain
constexpr double kCopyNs = 0.15;      ///< into or out of a stream
constexpr double kLanesNs = 0.25;     ///< planes to lanes and back
constexpr double kMixNs = 0.1;        ///< a source of a sum
constexpr double kMovingMixNs = 4.0;  ///< more, where fader, pan or level move
constexpr double kKeyNs = 0.8;        ///< a key folded into lanes

/// A lane costs more where fewer run together: compressors, widths 16, 8, 4 and 1.
double width_factor(int width) { return width == 1 ? 2.5 : width == 4 ? 1.35 : width == 8 ? 1.05 : 1.0; }

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class Counter {
public:
    Counter(const session::Session& session, const graph::Plan& plan, const std::vector<nodes::StripSetup>& setups,
            const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks, FrameCount start, FrameCount end)
        : session_(session),
          plan_(plan),
          setups_(setups),
          tracks_(tracks),
          start_(start),
          cell_frames_(std::max<FrameCount>((end - start + static_cast<FrameCount>(kCells) - 1) / kCells, 1)),
          streams_(plan.streams.size()) {}

    PlanCost run() {
        for (const PlanBlock& block : plan_.blocks) {
            const double seconds = 1e-9 * static_cast<double>(cell_frames_) * count_block(block);
            cost_.cpu_seconds += seconds;
            cost_.block_seconds.push_back(seconds);
        }
        return cost_;
    }

private:
    struct Group {
        std::vector<const PlanStrip*> members;
        Activity active;
    };

    /// That run.
    int channels_of(const PlanStrip& strip) const {
        const int channels = session_.strips[at(strip.strip)].layout.channels;
        return setups_[at(strip.strip)].channels_at(strip.last, channels);
    }

    Activity of_clips(const audio::ClipTrack* track) const {
        Activity activity;
        for (std::size_t cell = 0; track && cell < kCells; ++cell)
            activity[cell] = !track->is_silent(start_ + static_cast<FrameCount>(cell) * cell_frames_, cell_frames_);
        return activity;
    }

    Activity with_tail(const Activity& activity, FrameCount tail_frames) const {
        Activity sounding = activity;
        FrameCount left = 0;
        for (std::size_t cell = 0; cell < kCells; ++cell) {
            if (activity[cell])
                left = tail_frames;
            else if (left > 0) {
                sounding[cell] = true;
                left -= cell_frames_;
            }
        }
        return sounding;
    }

    static double cells(const Activity& activity) { return static_cast<double>(activity.count()); }

    /// In nanoseconds times cells, a frame.
    double count_block(const PlanBlock& block) {
        double ns = 0.0;
        std::map<std::string, Group> open;
        std::vector<Activity> sounding(block.strips.size());
        for (std::size_t s = 0; s < block.strips.size(); ++s) {
            const PlanStrip& strip = block.strips[s];
            const int channels = channels_of(strip);
            Activity in;
            if (strip.from_clips) {
                in = of_clips(tracks_[at(strip.strip)].get());
                if (const audio::ClipTrack* const track = tracks_[at(strip.strip)].get()) {
                    ns += kReadNs * track->channels() * cells(in);
                    cost_.bytes += track->channels() * (5 << 14) + (1 << 15);
                }
            }
            for (const int stream : strip.input) {
                in |= streams_[at(stream)];
                ns += kCopyNs * channels * cells(streams_[at(stream)]);
            }
            if (strip.entry_tap != graph::kNoStream) {
                streams_[at(strip.entry_tap)] = in;
                ns += kCopyNs * channels * cells(in);
            }
            const nodes::StripSetup& setup = setups_[at(strip.strip)];
            FrameCount tail = 0;
            for (int k = strip.first; k < strip.last; ++k) tail += setup.inserts[at(k)].tail.frames;
            sounding[s] = with_tail(in, tail);
            add_to_group(open, strip, sounding[s], ns);
        }
        for (const auto& [shape, group] : open) ns += count_group(group);
        cost_.bytes += 16 * 512 * 4;
        for (const graph::PlanOutput& output : block.outputs) {
            const int channels = plan_.streams[at(output.stream)].channels;
            Activity& written = streams_[at(output.stream)];
            for (const graph::PlanSource& source : output.sources) {
                const nodes::StripSetup& setup = setups_[at(block.strips[source.strip].strip)];
                const bool moving = !setup.fader_db.is_constant() || !setup.pan.is_constant() ||
                                    !setup.mute.is_constant() ||
                                    (source.send >= 0 && !setup.sends[at(source.send)].level_db.is_constant());
                ns += (kMixNs + (moving ? kMovingMixNs : 0.0)) * channels * cells(sounding[source.strip]);
                written |= sounding[source.strip];
            }
            ns += kCopyNs * channels * cells(written);
        }
        return ns;
    }

    /// Strips of one shape share lanes until these are full, as in StripBlock.
    void add_to_group(std::map<std::string, Group>& open, const PlanStrip& strip, const Activity& sounding,
                      double& ns) {
        if (strip.first == strip.last) return;
        std::string shape = fmt::format("{} from {}", channels_of(strip), strip.first);
        for (int k = strip.first; k < strip.last; ++k)
            shape += fmt::format("/{}{}", setups_[at(strip.strip)].inserts[at(k)].signature(),
                                 strip.inserts[at(k - strip.first)].gain_in != graph::kNoStream);
        Group& group = open[shape];
        if ((static_cast<int>(group.members.size()) + 1) * channels_of(strip) > kernels::kMaxLanes) {
            ns += count_group(group);
            group = {};
        }
        group.members.push_back(&strip);
        group.active |= sounding;
    }

    double count_group(const Group& group) {
        const PlanStrip& first = *group.members.front();
        const int lanes = channels_of(first) * static_cast<int>(group.members.size());
        const int width = nodes::LanePlaces::width_for(lanes);
        double ns = kLanesNs * width * width_factor(width);
        cost_.bytes += std::int64_t{lanes} * 512 * 4;
        for (const PlanStrip* member : group.members) {
            const nodes::StripSetup& setup = setups_[at(member->strip)];
            for (int k = member->first; k < member->last; ++k) {
                const nodes::InsertSetup& insert = setup.inserts[at(k)];
                const graph::PlanInsertStreams& streams = member->inserts[at(k - member->first)];
                for (const int stream : {streams.gain_out, streams.tap_out})
                    if (stream != graph::kNoStream) {
                        streams_[at(stream)] = group.active;
                        ns += kCopyNs * channels_of(*member);
                    }
                for (const int stream : {streams.gain_in, streams.key})
                    if (stream != graph::kNoStream) ns += kKeyNs * channels_of(*member);
                const kernels::ProcessorCost cost =
                    kernels::cost_of(*insert.kind, insert.strip_values(session_.sample_rate, channels_of(*member)),
                                     insert.group_size, insert.moving.size());
                // Idle lanes cost what the others do: what belongs to lanes is counted once, for all of the width.
                if (member == &first) {
                    if (!insert.bypass && streams.gain_in == graph::kNoStream)
                        ns += cost.ns_per_lane * width * width_factor(width);
                    cost_.bytes +=
                        cost.bytes_per_lane * width + static_cast<std::int64_t>(insert.moving.size()) * 512 * 4 * width;
                }
                if (insert.bypass) continue;
                ns += cost.ns_per_strip;
                cost_.bytes += cost.bytes_per_strip;
                if (insert.impulse && impulses_.insert(insert.impulse).second) cost_.bytes += cost.bytes_of_impulse;
            }
        }
        return ns * cells(group.active);
    }

    const session::Session& session_;
    const graph::Plan& plan_;
    const std::vector<nodes::StripSetup>& setups_;
    const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks_;
    FrameCount start_, cell_frames_;
    std::vector<Activity> streams_;  // [stream] where it sounds
    std::set<const kernels::ImpulseResponse*> impulses_;
    PlanCost cost_;
};

}  // namespace

PlanCost cost_of_plan(const session::Session& session, const graph::Plan& plan,
                      const std::vector<nodes::StripSetup>& setups,
                      const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks,
                      const graph::ProgramSettings& settings, FrameCount end) {
    PlanCost cost = Counter(session, plan, setups, tracks, settings.run_start, end).run();
    const std::vector<FrameCount> frames = graph::stream_frames(plan, settings);
    for (std::size_t s = 0; s < frames.size(); ++s)
        cost.bytes += frames[s] * plan.streams[s].channels * static_cast<std::int64_t>(sizeof(float));
    return cost;
}

}  // namespace dubplate::render
