using Gantry.Api.Json;
using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>Writes <see cref="ContainerCreateRequest"/>; see <see cref="JsonFields"/>. A test compares it with the serializer on a request
/// in which every field is set.</summary>
internal static class ContainerCreateWriter
{
    public static byte[] Write(ContainerCreateRequest request) => JsonFields.Write(json =>
    {
        Config(json, request);
        json.Object("HostConfig", request.HostConfig, HostConfigWriter.Write);
        json.Object("NetworkingConfig", request.NetworkingConfig,
            static (json, networking) => json.ObjectMap("EndpointsConfig", networking.EndpointsConfig, Endpoint));
    });

    private static void Config(JsonFields json, ContainerConfig config)
    {
        json.Text("Hostname", config.Hostname);
        json.Text("Domainname", config.Domainname);
        json.Text("User", config.User);
        json.Switch("AttachStdin", config.AttachStdin);
        json.Switch("AttachStdout", config.AttachStdout);
        json.Switch("AttachStderr", config.AttachStderr);
        json.Set("ExposedPorts", config.ExposedPorts);
        json.Switch("Tty", config.Tty);
        json.Switch("OpenStdin", config.OpenStdin);
        json.Switch("StdinOnce", config.StdinOnce);
        json.List("Env", config.Env);
        json.List("Cmd", config.Cmd);
        json.Object("Healthcheck", config.Healthcheck, Health);
        json.Optional("ArgsEscaped", config.ArgsEscaped);
        json.Text("Image", config.Image);
        json.Set("Volumes", config.Volumes);
        json.Text("WorkingDir", config.WorkingDir);
        json.List("Entrypoint", config.Entrypoint);
        json.Optional("NetworkDisabled", config.NetworkDisabled);
        json.Text("MacAddress", config.MacAddress);
        json.List("OnBuild", config.OnBuild);
        json.Map("Labels", config.Labels);
        json.Text("StopSignal", config.StopSignal);
        json.Optional("StopTimeout", config.StopTimeout);
        json.List("Shell", config.Shell);
    }

    private static void Health(JsonFields json, HealthConfig health)
    {
        json.List("Test", health.Test);
        json.Optional("Interval", health.Interval);
        json.Optional("Timeout", health.Timeout);
        json.Optional("StartPeriod", health.StartPeriod);
        json.Optional("StartInterval", health.StartInterval);
        json.Optional("Retries", health.Retries);
    }

    private static void Endpoint(JsonFields json, EndpointSettings endpoint)
    {
        json.Object("IPAMConfig", endpoint.IPAMConfig, static (json, addresses) =>
        {
            json.Text("IPv4Address", addresses.IPv4Address);
            json.Text("IPv6Address", addresses.IPv6Address);
            json.List("LinkLocalIPs", addresses.LinkLocalIPs);
        });
        json.List("Links", endpoint.Links);
        json.List("Aliases", endpoint.Aliases);
        json.Text("MacAddress", endpoint.MacAddress);
        json.Map("DriverOpts", endpoint.DriverOpts);
        json.Number("GwPriority", endpoint.GwPriority);
        json.Text("NetworkID", endpoint.NetworkID);
        json.Text("EndpointID", endpoint.EndpointID);
        json.Text("Gateway", endpoint.Gateway);
        json.Text("IPAddress", endpoint.IPAddress);
        json.Number("IPPrefixLen", endpoint.IPPrefixLen);
        json.Text("IPv6Gateway", endpoint.IPv6Gateway);
        json.Text("GlobalIPv6Address", endpoint.GlobalIPv6Address);
        json.Number("GlobalIPv6PrefixLen", endpoint.GlobalIPv6PrefixLen);
        json.List("DNSNames", endpoint.DNSNames);
    }
}
