#include "engine/base/portable_math.h"

#include <cmath>

#include <gtest/gtest.h>

namespace dubplate {
namespace {

double relative_error(double is, long double should) {
    return static_cast<double>(fabsl((static_cast<long double>(is) - should) / should));
}

TEST(PortableMath, ExpIsWithinItsStatedError) {
    double worst = 0.0;
    for (double x = -700.0; x <= 700.0; x += 0.0377) worst = std::max(worst, relative_error(portable_exp(x), expl(x)));
    EXPECT_LT(worst, 1e-15);
    EXPECT_EQ(portable_exp(0.0), 1.0);
}

TEST(PortableMath, LogIsWithinItsStatedError) {
    double worst = 0.0;
    for (double x = 1e-300; x < 1e300; x *= 1.0173) worst = std::max(worst, relative_error(portable_log(x), logl(x)));
    for (double x = 0.5; x < 2.0; x += 0.000371) worst = std::max(worst, relative_error(portable_log(x), logl(x)));
    EXPECT_LT(worst, 1e-15);
    EXPECT_EQ(portable_log(1.0), 0.0);
}

TEST(PortableMath, QuotientsKeepTheirPrecisionNearZero) {
    double worst_exp = 0.0, worst_log = 0.0;
    for (double x = 1e-18; x < 100.0; x *= 1.0071)
        for (const double signed_x : {x, -x}) {
            const long double wide = signed_x;
            worst_exp = std::max(worst_exp, relative_error(portable_expm1_over_x(signed_x), expm1l(wide) / wide));
            if (signed_x > -0.999)
                worst_log = std::max(worst_log, relative_error(portable_log1p_over_x(signed_x), log1pl(wide) / wide));
        }
    EXPECT_LT(worst_exp, 1e-15);
    EXPECT_LT(worst_log, 1e-15);
    EXPECT_EQ(portable_expm1_over_x(0.0), 1.0);
    EXPECT_EQ(portable_log1p_over_x(0.0), 1.0);
}

}  // namespace
}  // namespace dubplate
