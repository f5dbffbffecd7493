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

    public static bool AllowsInterContainer(this NetworkRecord network) => network.Flag(InterContainer);

    public static bool Masquerades(this NetworkRecord network) => network.Flag(Masquerade) && !network.Internal;

    public static int MtuOr(this NetworkRecord network, int otherwise) =>
        network.Options.TryGetValue(Mtu, out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int mtu) && mtu is >= 68 and <= 65535 ? mtu
            : otherwise;

    /// <summary>Both are on unless said otherwise.</summary>
    private static bool Flag(this NetworkRecord network, string key) =>
        !network.Options.TryGetValue(key, out string? text) || !(text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase));
}
