using System.Globalization;
using System.Text;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;

namespace Gantry.Network.Firewall;

/// <summary>The text of our own nftables table. Its shape never changes with containers: they are elements of its sets and maps.</summary>
/// <remarks>
/// The script is one transaction and may run over an existing table: chains are emptied and filled again, so a daemon killed at any moment
/// leaves nothing behind for good. The chain <c>user</c> is made if absent and never emptied: it is the administrator's.
/// </remarks>
internal static class FirewallScript
{
    public const string Closed = "closed";
    public const string Ports4 = "ports4", Any4 = "any4", Ports6 = "ports6", Any6 = "any6";

    private static readonly (string Kind, string Name, string Type)[] Sets =
    [
        ("set", "bridges", "type ifname;"),
        ("set", "internal", "type ifname;"),
        // Which interfaces may talk to which: a bridge to itself.
        ("set", "flows", "type ifname . ifname;"),
        // Families whose forwarding we turned on ourselves. Not emptied with the others: it tells a later daemon so.
        ("set", Closed, "type nf_proto;"),
        ("set", "masquerade4", "type ipv4_addr; flags interval;"),
        ("set", "masquerade6", "type ipv6_addr; flags interval;"),
        ("set", "same4", "type ipv4_addr . ipv4_addr; flags interval;"),
        ("set", "same6", "type ipv6_addr . ipv6_addr; flags interval;"),
        ("map", Ports4, "type inet_proto . ipv4_addr . inet_service : ipv4_addr . inet_service;"),
        ("map", Any4, "type inet_proto . inet_service : ipv4_addr . inet_service;"),
        ("map", Ports6, "type inet_proto . ipv6_addr . inet_service : ipv6_addr . inet_service;"),
        ("map", Any6, "type inet_proto . inet_service : ipv6_addr . inet_service;"),
    ];

    private static readonly (string Name, string Hook, string[] Rules)[] Chains =
    [
        ("publish", "", [
            $"dnat ip to meta l4proto . ip daddr . th dport map @{Ports4}",
            $"dnat ip to meta l4proto . th dport map @{Any4}",
            $"dnat ip6 to meta l4proto . ip6 daddr . th dport map @{Ports6}",
            $"dnat ip6 to meta l4proto . th dport map @{Any6}",
        ]),
        ("prerouting", "type nat hook prerouting priority dstnat; policy accept;", [
            // A port published on 127.0.0.1 is for this host alone (CVE-2020-8558: neighbours can send such packets).
            "ip daddr 127.0.0.0/8 return",
            "ip6 daddr ::1 return",
            "fib daddr type local meta l4proto { tcp, udp, sctp } jump publish",
        ]),
        ("output", "type nat hook output priority -100; policy accept;", [
            // Packets from ::1 never leave the loopback device, whatever is translated: better refused than lost.
            "ip6 daddr ::1 return",
            "fib daddr type local meta l4proto { tcp, udp, sctp } jump publish",
        ]),
        ("postrouting", "type nat hook postrouting priority srcnat; policy accept;", [
            // The host calls a published port on 127.0.0.1: the container could not answer to that.
            "oifname @bridges ip saddr 127.0.0.0/8 masquerade",
            // A container calls a port published by one of its own subnet (or by itself): the answer must come back through us.
            "ct status dnat ip saddr . ip daddr @same4 masquerade",
            "ct status dnat ip6 saddr . ip6 daddr @same6 masquerade",
            "oifname != @bridges ip saddr @masquerade4 masquerade",
            "oifname != @bridges ip6 saddr @masquerade6 masquerade",
        ]),
        // route_localnet is on for our bridges, so that the host reaches published ports on 127.0.0.1;
        // containers must not reach the host's loopback by it.
        ("martians", "type filter hook prerouting priority raw; policy accept;", [
            "iifname @bridges ip daddr 127.0.0.0/8 drop",
        ]),
        ("forward", "type filter hook forward priority filter; policy accept;", [
            "jump user",
            "ct state established,related accept",
            "iifname . oifname @flows accept",
            "iifname @internal drop",
            "oifname @bridges ct status dnat accept",
            "oifname @bridges drop",
            "iifname @bridges accept",
            // The host was no router before us, and is none now but for our own networks.
            $"meta nfproto @{Closed} drop",
        ]),
    ];

    /// <summary>The whole table, empty of ports.</summary>
    public static string Table(string table, IEnumerable<ActiveNetwork> networks)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"add table inet {table}\n");
        foreach ((string kind, string name, string type) in Sets)
        {
            text.Append(CultureInfo.InvariantCulture, $"add {kind} inet {table} {name} {{ {type} }}\n");
            if (name != Closed) text.Append(CultureInfo.InvariantCulture, $"flush {kind} inet {table} {name}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"add chain inet {table} user\n");
        foreach ((string name, string hook, string[] rules) in Chains)
        {
            text.Append(CultureInfo.InvariantCulture, $"add chain inet {table} {name} {(hook.Length > 0 ? $"{{ {hook} }}" : "")}\n");
            text.Append(CultureInfo.InvariantCulture, $"flush chain inet {table} {name}\n");
        }
        foreach ((string name, _, string[] rules) in Chains)
        {
            foreach (string rule in rules) text.Append(CultureInfo.InvariantCulture, $"add rule inet {table} {name} {rule}\n");
        }
        foreach (ActiveNetwork network in networks) text.Append(Network("add", table, network));
        return text.ToString();
    }

    /// <summary>From now on packets of this family (<c>ipv4</c>, <c>ipv6</c>) that neither come from nor go to one of our networks are
    /// dropped.</summary>
    public static string Close(string table, string family) => $"add element inet {table} {Closed} {{ {family} }}\n";

    /// <summary>Takes back the <see cref="Close"/> of one family.</summary>
    public static string Open(string table, string family) => $"delete element inet {table} {Closed} {{ {family} }}\n";

    /// <summary>Takes back every <see cref="Close"/>.</summary>
    public static string Open(string table) => $"flush set inet {table} {Closed}\n";

    /// <summary>Adds or deletes what belongs to one network.</summary>
    public static string Network(string verb, string table, ActiveNetwork network)
    {
        if (network.Record.Bridge is not { } bridge) return "";
        StringBuilder text = new();
        void Element(string set, string value) =>
            text.Append(CultureInfo.InvariantCulture, $"{verb} element inet {table} {set} {{ {value} }}\n");
        Element("bridges", $"\"{bridge}\"");
        if (network.Record.Internal) Element("internal", $"\"{bridge}\"");
        if (network.Record.AllowsInterContainer()) Element("flows", $"\"{bridge}\" . \"{bridge}\"");
        foreach ((Subnet? subnet, string family) in new[] { (network.Subnet4, "4"), (network.Subnet6, "6") })
        {
            if (subnet is null) continue;
            Element($"same{family}", $"{subnet} . {subnet}");
            if (network.Record.Masquerades()) Element($"masquerade{family}", $"{subnet}");
        }
        return text.ToString();
    }

    /// <summary>Removes the table whatever shape it has: for one that an older version left and that cannot be changed in place.</summary>
    public static string Remove(string table) => $"add table inet {table}\ndelete table inet {table}\n";
}
