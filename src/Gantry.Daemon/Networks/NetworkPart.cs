using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Gantry.Engine.Networks;
using Gantry.Network;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;

namespace Gantry.Daemon.Networks;

/// <summary>Networks: what the kernel has of them, and their routes.</summary>
internal sealed class NetworkPart(Foundations ground)
{
    public NetworkController Controller { get; } = new(Options(ground.Options.Now, ground));

    public void Map(Router router) => new NetworkRoutes(new NetworkEngine(Controller, ground.Events)).Map(router);

    private static NetworkOptions Options(DaemonOptions options, Foundations ground) => new()
    {
        Directory = Path.Combine(options.DataRoot, "networks"),
        CopyDirectory = Path.Combine(options.ExecRoot, "networks"),
        // One whose own is damaged has a new one, and its networks are the old one's.
        Owner = ground.Identity.Damage is null ? ground.Identity.Text : "",
        Saves = ground.Saves,
        Bridge = options.Bridge.Length > 0 ? options.Bridge : "gantry0",
        BridgeAddress = options.BridgeAddress.Length > 0 ? InterfaceAddress.Parse(options.BridgeAddress) : null,
        Table = TableName(options.NamedDataRoot),
        DefaultBindAddress = AddressText.TryParse(options.DefaultBindAddress.Trim('[', ']'), out IPAddress? bind) ? bind
            : throw GantryException.Invalid($"invalid IP address for ip: {options.DefaultBindAddress}"),
        InterContainer = options.InterContainer,
        Forwarding = options.Forwarding,
        ForwardNoDrop = options.ForwardNoDrop,
        Masquerade = options.Masquerade,
        Mtu = options.Mtu,
    };

    /// <summary>A second daemon on the host has another data root, and so a firewall table of its own.</summary>
    private static string TableName(string dataRoot) =>
        dataRoot == new DaemonOptions().DataRoot ? "gantry"
            : "gantry_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataRoot)))[..8];
}
