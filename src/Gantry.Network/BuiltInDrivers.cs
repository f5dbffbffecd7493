using Gantry.Network.Drivers;
using Gantry.Network.Drivers.Bridge;
using Gantry.Network.Networks;

namespace Gantry.Network;

/// <summary>The kinds of network that there are: the one place that names them.</summary>
internal static class BuiltInDrivers
{
    public static INetworkDriver[] All(NetworkOptions options, NetworkWarnings warnings) =>
    [
        new BridgeDriver(options, warnings),
        new PlainDriver("host", network: "host", ownNamespace: false, options.Time),
        new PlainDriver("null", network: "none", ownNamespace: true, options.Time),
    ];
}
