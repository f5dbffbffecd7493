namespace Gantry.Network.Networks;

/// <summary>Which names networks can have.</summary>
internal static class NetworkNames
{
    /// <summary>Every name is one but those that networks have always; clients and compose files use blanks,
    /// slashes and letters of all scripts.</summary>
    /// <exception cref="GantryException">InvalidArgument; Forbidden for a predefined one.</exception>
    public static void Check(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) throw GantryException.Invalid($"invalid name: {name}");
        // The blank at the end is Docker's.
        if (name is "bridge" or "host" or "none" or "default")
            throw new GantryException(ErrorKind.Forbidden, $"operation is not permitted on predefined {name} network ");
    }
}
