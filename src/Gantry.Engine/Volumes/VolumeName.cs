namespace Gantry.Engine.Volumes;

/// <summary>The rule for names, which keeps them from ever meaning another directory.</summary>
public static class VolumeName
{
    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <exception cref="GantryException">InvalidArgument, in the words that clients know.</exception>
    public static void Check(string name)
    {
        if (name.Length == 1)
            throw GantryException.Invalid($"create {name}: volume name is too short, names should be at least two alphanumeric characters");
        if (name.Length > 255 || !char.IsAsciiLetterOrDigit(name[0]) || name.AsSpan().ContainsAnyExcept(Allowed))
            throw GantryException.Invalid($"create {name}: \"{name}\" includes invalid characters for a local volume name, only "
                + $"\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
    }
}
