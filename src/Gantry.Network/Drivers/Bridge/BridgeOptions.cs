using System.Globalization;
using Gantry.Network.Networks;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Judges the options of a network to be made. Nothing is asked of one that is there: an option that makes no sense in its
/// record keeps no daemon from starting.</summary>
internal static class BridgeOptions
{
    /// <summary>Those that do something.</summary>
    public static bool Has(string name) => name is NetworkKeys.InterContainer or NetworkKeys.Masquerade or NetworkKeys.BindAddress
        or NetworkKeys.BridgeName or NetworkKeys.Mtu;

    /// <exception cref="GantryException">InvalidArgument, in Docker's words where it has some.</exception>
    public static void Check(NetworkRecord network)
    {
        foreach ((string name, string value) in network.Options)
        {
            switch (name)
            {
                case NetworkKeys.Mtu:
                    CheckMtu(network, value);
                    break;
                case NetworkKeys.InterContainer or NetworkKeys.Masquerade or NetworkKeys.DefaultBridge or NetworkKeys.InhibitIPv4
                    or NetworkKeys.EnableIPv6 when GoBool.Parse(value) is null:
                    throw Unreadable(name, value, $"strconv.ParseBool: parsing {GoQuote.Quote(value)}: invalid syntax");
                case NetworkKeys.BindAddress when !AddressText.IsAddress(value):
                    throw Unreadable(name, value, "nil ip");
            }
        }
    }

    /// <summary>None, as with Docker, is the daemon's own.</summary>
    private static void CheckMtu(NetworkRecord network, string value)
    {
        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int mtu))
            throw Unreadable(NetworkKeys.Mtu, value, $"strconv.Atoi: parsing {GoQuote.Quote(value)}: invalid syntax");
        int smallest = network.EnableIPv6 ? NetworkKeys.SmallestMtu6 : NetworkKeys.SmallestMtu;
        if (mtu != 0 && (mtu < smallest || mtu > NetworkKeys.LargestMtu))
            throw GantryException.Invalid($"invalid MTU number: {mtu}: {smallest} to {NetworkKeys.LargestMtu} are possible"
                + (network.EnableIPv6 ? " with IPv6" : ""));
    }

    private static GantryException Unreadable(string name, string value, string why) =>
        GantryException.Invalid($"failed to parse {name} value: {value} ({why})");
}
