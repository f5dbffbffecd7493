using System.Globalization;

namespace Gantry.EndToEnd.Processes;

/// <summary>What the environment says of how long and how a test is to run.</summary>
public static class Variables
{
    /// <returns><paramref name="otherwise"/> when it is not set or empty. What is no number of 0 or more is a mistake, and fails the test:
    /// it would else run with another seed than the one asked for.</returns>
    public static int Number(string variable, int otherwise)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new ArgumentException($"{variable}={text}: not a number from 0 to {int.MaxValue}");
    }
}
