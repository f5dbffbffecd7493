using Gantry.Network.Host;
using Gantry.Network.Networks;

namespace Gantry.Network.Firewall;

/// <summary>
/// Lets the host forward packets, which makes it a router between all its interfaces. Where we were the one to turn that on,
/// all that is not ours is dropped as before, unless the configuration says otherwise;
/// the rule is there before the first packet could pass.
/// </summary>
internal sealed class Forwarding(FirewallTable firewall, NetworkOptions options)
{
    /// <param name="networks">For the shape of the table, when this is its first use.</param>
    public void Enable4(IReadOnlyCollection<ActiveNetwork> networks, List<string> warnings)
    {
        if (options.Forwarding) Enable("ipv4", "net/ipv4/ip_forward", networks, warnings);
    }

    /// <summary>For a network with IPv6, which has no other way to and from the outside.</summary>
    public void Enable6(IReadOnlyCollection<ActiveNetwork> networks, List<string> warnings) =>
        Enable("ipv6", "net/ipv6/conf/all/forwarding", networks, warnings);

    private void Enable(string family, string key, IReadOnlyCollection<ActiveNetwork> networks, List<string> warnings)
    {
        if (Sysctl.Is(key, "1")) return;
        if (!firewall.IsShaped && firewall.Rebuild(networks) is { } warning) warnings.Add(warning);
        if (!options.ForwardNoDrop) firewall.Close(family);
        if (!Sysctl.Ensure(key, "1", warnings))
        {
            // Somebody else did in between, and means to be a router; or nobody could.
            if (!options.ForwardNoDrop) firewall.Open(family);
            return;
        }
        warnings.Add($"{key.Replace('/', '.')} was 0 and has been turned on: "
            + (options.ForwardNoDrop ? "this host now forwards packets between all its interfaces"
                : "packets between interfaces that are not ours are dropped (ip-forward-no-drop lets them pass)"));
    }
}
