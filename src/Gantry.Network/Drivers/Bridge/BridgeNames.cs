using System.Text;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Names of bridges.</summary>
internal static class BridgeNames
{
    /// <summary>Where the request names none.</summary>
    public static string Of(string networkId) => $"br-{networkId[..12]}";

    /// <summary>dev_valid_name() of the kernel; and it allocates a name for one with a percent sign, while nft cannot write a quote, and
    /// takes a star for any letters.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void Check(string name)
    {
        bool valid = Encoding.UTF8.GetByteCount(name) is > 0 and < 16 && name is not ("." or "..")
            && !name.Any(letter => letter is '/' or ':' or '%' or '"' or '*' or '\0' || char.IsWhiteSpace(letter));
        if (!valid)
            throw GantryException.Invalid($"invalid bridge name: \"{name}\" is no name of an interface: 1 to 15 bytes without blanks, "
                + $"slashes, colons, quotes, stars and percent signs");
    }
}
