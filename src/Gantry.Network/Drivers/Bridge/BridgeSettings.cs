namespace Gantry.Network.Drivers.Bridge;

/// <summary>What the kernel is told of a bridge that containers are behind.</summary>
internal static class BridgeSettings
{
    /// <returns>Keys below <c>/proc/sys</c>, and their values.</returns>
    public static IReadOnlyDictionary<string, string> Of(string bridge)
    {
        Dictionary<string, string> settings = new()
        {
            // The host reaches ports published on 127.0.0.1; the table's chain "martians" closes what this opens.
            [$"net/ipv4/conf/{bridge}/route_localnet"] = "1",
        };
        if (!Directory.Exists($"/proc/sys/net/ipv6/conf/{bridge}")) return settings;
        // A container must not become the host's IPv6 router by announcing itself (CVE-2020-13401).
        settings[$"net/ipv6/conf/{bridge}/accept_ra"] = "0";
        // Nobody else can have the bridge's own link-local address, and until the kernel knows that, a second long,
        // it resolves no neighbour.
        settings[$"net/ipv6/conf/{bridge}/accept_dad"] = "0";
        return settings;
    }
}
