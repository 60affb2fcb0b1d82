#include "engine/audio/clip_pieces.h"

#include <limits>

#include "tests/engine/audio/memory_source.h"

namespace dubplate::audio {
namespace {

using session::Overlap;

struct RandomClips {
    explicit RandomClips(std::uint64_t seed, std::size_t count, FrameCount spread) {
        for (std::size_t k = 0; k < count; ++k) {
            const auto random = [&](std::uint64_t what, FrameCount below) {
                return static_cast<FrameCount>((test::random_at(seed, 10 * k + what) * 0.5 + 0.5) *
                                               static_cast<double>(below));
            };
            ResolvedClip clip;
            clip.source = &source;
            clip.channels = {0};
            clip.start = random(0, spread);
            clip.length = 1 + random(1, random(2, 4) == 0 ? 400 : 60);
            clip.offset = random(3, 100);
            clip.loop = random(4, 4) == 0;
            clip.gain = random(5, 10) == 0 ? 0.0 : 1.0;
            clips.push_back(clip);
        }
    }
    const test::MemorySource source{{test::constant(100, 1.0)}};
    std::vector<ResolvedClip> clips;
};

bool covers(const ResolvedClip& clip, FrameCount frame) {
    return frame >= clip.start && frame < clip.start + clip.length;
}
bool sounds(const ResolvedClip& clip, FrameCount frame) {
    return covers(clip, frame) && clip.gain != 0.0 && (clip.loop || clip.offset + frame - clip.start < 100);
}

TEST(ClipPieces, FindsWhatANaiveSearchFinds) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const RandomClips random(seed, seed, 600);
        for (const Overlap overlap : {Overlap::sum, Overlap::top}) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << (overlap == Overlap::top ? ", top" : ", sum"));
            const ClipPieces pieces(random.clips, overlap);
            std::vector<ClipPiece> found;
            for (FrameCount frame = -3; frame < 1100; ++frame) {
                std::vector<int> expected, actual;
                for (std::size_t k = 0; k < random.clips.size(); ++k)
                    if (covers(random.clips[k], frame)) expected.push_back(static_cast<int>(k));
                if (overlap == Overlap::top && expected.size() > 1) expected = {expected.back()};
                pieces.find(frame, frame + 1, found);
                for (const ClipPiece& piece : found) actual.push_back(piece.clip);
                ASSERT_EQ(actual, expected) << "frame " << frame;
                bool sounding = false;
                for (const int clip : expected) sounding |= sounds(random.clips[static_cast<std::size_t>(clip)], frame);
                ASSERT_EQ(pieces.is_silent(frame, frame + 1), !sounding) << "frame " << frame;
            }
            pieces.find(-3, 10'000, found);
            for (FrameCount frame = -3; frame < 1100; ++frame) {
                FrameCount next = std::numeric_limits<FrameCount>::max();
                for (const ClipPiece& piece : found)
                    if (piece.start >= frame) next = std::min(next, piece.start);
                ASSERT_EQ(pieces.next_start(frame), next) << "frame " << frame;
            }
            for (FrameCount start = -50; start < 1100; start += 37) {
                for (const FrameCount count : {FrameCount{1}, FrameCount{64}, FrameCount{300}}) {
                    bool silent = true;
                    for (FrameCount frame = start; frame < start + count; ++frame)
                        silent &= pieces.is_silent(frame, frame + 1);
                    ASSERT_EQ(pieces.is_silent(start, start + count), silent) << start << " + " << count;
                }
            }
        }
    }
}

TEST(ClipPieces, OfNoClipsAreSilent) {
    const ClipPieces pieces({}, Overlap::sum);
    std::vector<ClipPiece> found;
    pieces.find(0, 1000, found);
    EXPECT_TRUE(found.empty());
    EXPECT_TRUE(pieces.is_silent(0, 1'000'000));
    EXPECT_EQ(pieces.end(), 0);
    EXPECT_EQ(pieces.next_start(0), std::numeric_limits<FrameCount>::max());
}

TEST(ClipPieces, StayQuickAmongAHundredThousandClips) {
    // Each question looks at a few clips: the answers below would take 10^10 steps otherwise.
    const RandomClips random(1, 100'000, 50'000'000);
    for (const Overlap overlap : {Overlap::sum, Overlap::top}) {
        const ClipPieces pieces(random.clips, overlap);
        std::vector<ClipPiece> found;
        std::size_t total = 0;
        for (FrameCount frame = 0; frame < 50'000'000; frame += 512) {
            if (pieces.is_silent(frame, frame + 512)) continue;
            pieces.find(frame, frame + 512, found);
            total += found.size();
        }
        EXPECT_GT(total, 80'000u);
    }
}

}  // namespace
}  // namespace dubplate::audio
