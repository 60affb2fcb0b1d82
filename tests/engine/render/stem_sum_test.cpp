#include <gtest/gtest.h>

#include "tests/support/render_session.h"
#include "tests/support/session_fuzzer.h"

namespace dubplate::test {
namespace {

using render::RenderJob;
using Kind = render::StemSelection::Kind;

/// Ten seeds a test, so that a failure names few and the tests run side by side.
class StemSum : public testing::TestWithParam<int> {};

TEST_P(StemSum, StemsAndReturnsNullAgainstThePremaster) {
    for (int k = 0; k < 10; ++k) {
        const int seed = GetParam() * 10 + k;
        SCOPED_TRACE(seed);
        TempFolder folder;
        FuzzSettings settings;
        settings.seconds = 0.7;
        settings.surround = seed % 7 == 0;
        const session::Session session = random_session(static_cast<std::uint64_t>(seed), folder.path(), settings);
        const Kind kind = seed % 2 == 0 ? Kind::each_track : Kind::each_bus;
        const auto returns = seed % 3 == 0 ? session::StemReturns::shared : session::StemReturns::own;
        const Rendered rendered = render(session, folder.path(), [&](RenderJob& job) {
            job.stems.kind = kind;
            job.stems.returns = returns;
        });
        ASSERT_TRUE(rendered.report.stem_sum_residual_dbfs.has_value());
        const double louder = std::max(0.0, peak_dbfs(rendered.outputs.at("mix")));
        EXPECT_LT(*rendered.report.stem_sum_residual_dbfs, louder - 130.0);
        // The receipt's figure against the files themselves.
        Audio rest = rendered.outputs.at("premaster");
        for (const auto& [name, audio] : rendered.outputs)
            if (name != "mix" && name != "premaster")
                for (std::size_t c = 0; c < rest.size(); ++c)
                    for (std::size_t f = 0; f < rest[c].size(); ++f) rest[c][f] -= audio[c][f];
        EXPECT_LT(peak_dbfs(rest), louder - 110.0);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StemSum, testing::Range(0, 20));

}  // namespace
}  // namespace dubplate::test
