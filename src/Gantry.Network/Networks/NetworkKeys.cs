using System.Globalization;

namespace Gantry.Network.Networks;

/// <summary>The bridge driver's options, by the names that Docker's clients and compose files use.</summary>
public static class NetworkKeys
{
    public const string DefaultBridge = "com.docker.network.bridge.default_bridge";
    public const string InterContainer = "com.docker.network.bridge.enable_icc";
    public const string Masquerade = "com.docker.network.bridge.enable_ip_masquerade";
    public const string BindAddress = "com.docker.network.bridge.host_binding_ipv4";
    public const string BridgeName = "com.docker.network.bridge.name";
    public const string Mtu = "com.docker.network.driver.mtu";
    /// <summary>Checked as Docker does, and without effect here.</summary>
    public const string InhibitIPv4 = "com.docker.network.bridge.inhibit_ipv4", EnableIPv6 = "com.docker.network.enable_ipv6";

    /// <summary>What the kernel takes for an interface with IPv4, and for a veth and a bridge.</summary>
    public const int SmallestMtu = 68, LargestMtu = 65535;
    /// <summary>Below it the kernel has no IPv6 on an interface: RFC 8200 section 5.</summary>
    public const int SmallestMtu6 = 1280;

    public static bool AllowsInterContainer(this NetworkRecord network) => network.Flag(InterContainer);

    public static bool Masquerades(this NetworkRecord network) => network.Flag(Masquerade) && !network.Internal;

    public static int MtuOr(this NetworkRecord network, int otherwise) =>
        network.Options.TryGetValue(Mtu, out string? text)
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int mtu)
            && mtu is >= SmallestMtu and <= LargestMtu ? mtu
            : otherwise;

    /// <summary>Both are on unless said otherwise.</summary>
    private static bool Flag(this NetworkRecord network, string key) =>
        !network.Options.TryGetValue(key, out string? text) || GoBool.Parse(text) is not false;
}
