namespace Gantry.EndToEnd.Runtimes;

internal static class Many
{
    /// <summary><c>GANTRY_MANY=50</c> repeats what a release has to pass; null for as many as a test of some seconds can have.</summary>
    public static int? Containers => int.TryParse(Environment.GetEnvironmentVariable("GANTRY_MANY"), out int count) ? count : null;
}
