using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>A driver's network that always exists.</summary>
/// <param name="Record">As it shall be, from its record until now and a look at what subnets are in use; null: there is none.</param>
internal readonly record struct PredefinedNetwork(string Driver, Func<NetworkRecord?, Func<IEnumerable<Subnet>>, NetworkRecord?> Record);
