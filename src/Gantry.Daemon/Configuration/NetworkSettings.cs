using System.Security.Cryptography;
using System.Text;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;

namespace Gantry.Daemon.Configuration;

/// <summary>What the options say about networks, together.</summary>
internal static class NetworkSettings
{
    public static NetworkOptions Of(DaemonOptions options) => new()
    {
        Directory = Path.Combine(options.DataRoot, "networks"),
        CopyDirectory = Path.Combine(options.ExecRoot, "networks"),
        Bridge = options.Bridge.Length > 0 ? options.Bridge : "gantry0",
        BridgeAddress = options.BridgeAddress,
        FixedRange = options.FixedRange,
        IPv6 = options.IPv6,
        FixedRange6 = options.FixedRange6,
        Pools = options.AddressPools.Count > 0 ? options.AddressPools : DefaultPools.Usual,
        Table = TableName(options.NamedDataRoot),
        DefaultBindAddress = options.DefaultBindAddress,
        InterContainer = options.InterContainer,
        Forwarding = options.Forwarding,
        ForwardNoDrop = options.ForwardNoDrop,
        Masquerade = options.Masquerade,
        Mtu = options.Mtu,
    };

    /// <exception cref="GantryException">InvalidArgument: they make no sense together.</exception>
    public static void Check(DaemonOptions options)
    {
        try
        {
            Of(options).Check();
        }
        catch (GantryException e)
        {
            throw GantryException.Invalid(
                $"no network can be as bip, fixed-cidr, fixed-cidr-v6, mtu and default-address-pools say: {e.Message}");
        }
        if (options is { FixedRange6: { } range, IPv6: false })
            options.WithoutEffect.Add($"fixed-cidr-v6={range}: the default network has IPv6 with ipv6 alone");
    }

    /// <summary>A second daemon on the host has another data root, and so a firewall table of its own.</summary>
    private static string TableName(string dataRoot) =>
        dataRoot == new DaemonOptions().DataRoot ? "gantry"
            : "gantry_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataRoot)))[..8];
}
