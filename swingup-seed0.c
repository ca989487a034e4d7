/*
 * swingup-seed0, for the task swingup: a network of 5 inputs, 14 hidden nodes, 1 output and 27
 * connections.
 *
 * Use: include this file in one of yours, or compile it beside yours and copy the declarations
 * below. In a loop: swingup_seed0_act(observation, weight, result);
 * Compile: cc -std=c99 -O2 -c swingup_seed0.c (for a microcontroller -Os). No library is needed,
 * no memory is allocated, nothing is kept between calls.
 *
 * Inputs, in this order:
 *     0  x [m]
 *     1  x' [m/s]
 *     2  cos
 *     3  sin
 *     4  angle' [rad/s]
 * Inputs are read as they are.
 * Outputs, in this order:
 *     0  force
 * Action: a number for each output. An output from -1 to 1 is the way from -1 to 1; beyond, it is
 * held there. NaN counts as 0.
 * Note: a force of 1 is 10 N.
 *
 * Weights: one that all connections share, 1.0 unless another is given.
 * Numbers: double. The results are those of wann to the last bit where the compiler neither fuses
 * multiplications with additions nor regroups sums; this file asks it not to.
 *
 * Made by wann 0.1.0. Digest of the network: 3f9bda2111c14291.
 * Known of it: {"card": {"command": "wann search swingup --seed 0", "digest": "3f9bda2111c14291",
 * "episodes": 100, "returns": {"random_shared": {"ci95": [800.9329542987116, 832.5251194043],
 * "mean": 817.7034142356774, "n": 1000, "sd": 198.09347208799576, "sd_over": "trials: one weight
 * and one episode each"}, "random_weights": {"ci95": [38.60564684894876, 51.78562486806193],
 * "mean": 44.973088489880034, "n": 1000, "sd": 99.57759826061873, "sd_over": "trials: one
 * weighting and one episode each"}, "tuned_shared": {"ci95": [903.2478004036608,
 * 912.2803870901639], "evaluations": 49200, "mean": 908.7728618189248, "n": 100, "sd":
 * 24.587478637213742, "sd_over": "episodes", "weight": -0.5017814047519138}, "tuned_weights":
 * {"ci95": [901.9678671015228, 910.0874860751852], "evaluations": 269576, "mean":
 * 906.3257107227496, "method": "separable CMA-ES", "n": 100, "sd": 21.27583482594403, "sd_over":
 * "episodes"}}, "seed": 0, "tuning": {"episodes": 2, "generations": 100, "method": "auto",
 * "population": 24, "races": 8, "...
 * No rights are reserved in this file. It comes without any warranty.
 */
#include <float.h>
#include <stdint.h>

#if DBL_MANT_DIG != 53
#error "double has another size here than this file was written for; export the network with --float"
#endif
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16 /* 16 widens only numbers of 16 bits */
#error "numbers are computed in a higher precision here: compile with -msse2 -mfpmath=sse"
#endif
#ifdef __FAST_MATH__
#error "the results would be wrong: compile without -ffast-math and -Ofast"
#endif
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize ("fp-contract=off")
#endif

#define SWINGUP_SEED0_INPUTS 5
#define SWINGUP_SEED0_OUTPUTS 1
#define SWINGUP_SEED0_WEIGHT 1.0 /* the first to try */

void swingup_seed0_forward(const double observation[5], double weight, double output[1]);
void swingup_seed0_act(const double observation[5], double weight, double action[1]);

/* The whole number nearest to x; of two equally near ones, the even one. */
static double swingup_seed0_rint(double x)
{
    const double big = 4503599627370496.0;
    double nearest;
    if (!(x > -big && x < big))
        return x;
    nearest = x < 0.0 ? (x - big) + big : (x + big) - big;
    return nearest > 0.0 || nearest < 0.0 ? nearest : x * 0.0;
}

static double swingup_seed0_floor(double x)
{
    const double nearest = swingup_seed0_rint(x);
    return nearest > x ? nearest - 1.0 : nearest;
}

/* sin(pi r) for r from -1/2 to 1/2. */
static double swingup_seed0_sine_poly(double r)
{
    const double z = r * r;
    double p = -2.113362735205297e-05;
    p = p * z + 0.0004659870158043378;
    p = p * z + -0.0073703643265304155;
    p = p * z + 0.08214587881631043;
    p = p * z + -0.599264528825224;
    p = p * z + 2.5501640398618677;
    p = p * z + -5.1677127800497855;
    p = p * z + 3.1415926535897927;
    return p * r;
}

/* sin(pi x), or cos(pi x) where `quarter` is not 0. */
static double swingup_seed0_half_turns(double x, int quarter)
{
    const double nearest = swingup_seed0_rint(x);
    const double odd = nearest - 2.0 * swingup_seed0_floor(nearest * 0.5);
    double r = x - nearest;
    if (quarter)
        r = 0.5 - (r < 0.0 ? -r : r);
    return swingup_seed0_sine_poly(r) * (1.0 - 2.0 * odd);
}

static double swingup_seed0_sin_pi(double x)
{
    return swingup_seed0_half_turns(x, 0);
}

/* The way from -1 to 1 as that from one bound to the other; NaN is the middle. */
static double swingup_seed0_between(double x, double middle, double half)
{
    x = x > 1.0 ? 1.0 : x;
    x = x < -1.0 ? -1.0 : x;
    return x == x ? middle + x * half : middle;
}

/* sin(pi x) */
static double swingup_seed0_sin(double x)
{
    return swingup_seed0_sin_pi(x);
}

/* -x */
static double swingup_seed0_inverse(double x)
{
    return -x;
}

/* 1 if x > 0, -1 if x < 0 */
static double swingup_seed0_sign(double x)
{
    return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x);
}

void swingup_seed0_forward(const double observation[5], double weight, double output[1])
{
    const double x0 = observation[0];
    const double x1 = observation[1];
    const double x3 = observation[3];
    const double x4 = observation[4];
    const double h0 = swingup_seed0_inverse((x1 + x0) * weight);
    const double h1 = x3 * weight;
    const double h2 = swingup_seed0_sin(x3 * weight);
    const double h3 = h1 * weight;
    const double h4 = swingup_seed0_sign(h0 * weight);
    const double h5 = (x4 + h4 + h3 + x3) * weight;
    const double h6 = swingup_seed0_sign((h5 + h2) * weight);
    const double h7 = swingup_seed0_sin(h5 * weight);
    const double h8 = h6 * weight;
    const double h9 = swingup_seed0_sign(h8 * weight);
    const double h10 = swingup_seed0_inverse((x0 + h6 + x1 + h9) * weight);
    const double h11 = swingup_seed0_sign(h10 * weight);
    const double h12 = swingup_seed0_sign((x3 + h11 + h7) * weight);
    const double h13 = swingup_seed0_sign(h11 * weight);
    output[0] = (h10 + h12 + h13) * weight;
}

void swingup_seed0_act(const double observation[5], double weight, double action[1])
{
    swingup_seed0_forward(observation, weight, action);
    action[0] = swingup_seed0_between(action[0], 0.0, 1.0);
}
