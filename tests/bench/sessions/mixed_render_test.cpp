#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/sessions/mixed_plan.h"
#include "bench/sessions/sounds.h"
#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

using render::RenderJob;
using Kind = render::StemSelection::Kind;

/// MIXED with 24 tracks of 2 s: random inserts, layouts, automation, side-chains, strips that key each other.
class MixedSession : public testing::Test {
protected:
    MixedSession() {
        bench::PlanSettings settings;
        settings.tracks = 24;
        settings.seconds = 2;
        bench::Plan plan = bench::mixed_plan(settings);
        for (const bench::SoundFile& file : plan.files) {
            const auto written = bench::write_sound(file, folder_.path());
            EXPECT_TRUE(written.has_value());
        }
        session_ = std::move(plan.session);
        session_.folder = folder_.path();
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_F(MixedSession, ThreadsAndChunksGiveTheSameBits) {
    const Rendered reference = render(session_, folder_.path(), [](RenderJob& job) { job.threads = 1; });
    EXPECT_GT(reference.hashes.size(), 3u);
    for (const int threads : {2, 8}) {
        EXPECT_THAT(
            differing(render(session_, folder_.path(), [&](RenderJob& job) { job.threads = threads; }), reference),
            testing::IsEmpty())
            << threads;
    }
    for (const FrameCount frames : {8192, 65536, -1}) {
        EXPECT_THAT(
            differing(render(session_, folder_.path(), [&](RenderJob& job) { job.chunk_frames = frames; }), reference),
            testing::IsEmpty())
            << frames;
    }
}

TEST_F(MixedSession, StemsSumAndDoNotTouchTheMix) {
    const Rendered alone = render(session_, folder_.path(), [](RenderJob& job) { job.stems.kind = Kind::none; });
    const Rendered tracks = render(session_, folder_.path(), [](RenderJob& job) { job.stems.kind = Kind::each_track; });
    EXPECT_EQ(alone.hashes.at("mix"), tracks.hashes.at("mix"));
    EXPECT_EQ(alone.hashes.at("premaster"), tracks.hashes.at("premaster"));
    ASSERT_TRUE(tracks.report.stem_sum_residual_dbfs.has_value());
    EXPECT_LT(*tracks.report.stem_sum_residual_dbfs, -130.0);
}

TEST_F(MixedSession, ARangeIsACutOfTheWhole) {
    const Rendered whole = render(session_, folder_.path());
    const Rendered part = render(session_, folder_.path(), [](RenderJob& job) {
        job.from = session::frames(30011);
        job.to = session::frames(70001);
    });
    for (const auto& [name, audio] : part.outputs)
        for (std::size_t c = 0; c < audio.size(); ++c)
            for (std::size_t f = 0; f < audio[c].size(); ++f)
                ASSERT_EQ(audio[c][f], whole.outputs.at(name)[c][f + 30011]) << name << " frame " << f + 30011;
}

}  // namespace
}  // namespace dubplate::test
