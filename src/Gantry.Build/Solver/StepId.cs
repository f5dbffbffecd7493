using System.Security.Cryptography;

namespace Gantry.Build.Solver;

/// <summary>What a step is called while it is at work, as a container would be.</summary>
public static class StepId
{
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
