namespace Gantry.Build.Execution;

/// <summary>What is made to mount on, and stays empty: no layer has it.</summary>
internal static class MadePlaces
{
    /// <param name="target">Absolute and clean.</param>
    /// <returns>Without a slash in front, as a layer names them.</returns>
    public static IEnumerable<string> WithParents(string target)
    {
        for (string at = target.TrimStart('/'); at.Length > 0; at = at.Contains('/') ? at[..at.LastIndexOf('/')] : "") yield return at;
    }
}
