using System.Globalization;
using System.Text;
using Gantry.Api.Host;
using Gantry.Api.Volumes;
using Gantry.Cli.Output;

namespace Gantry.Cli.Host;

/// <summary>The daemon's description for people: one line a fact, in the order in which docker shows them.</summary>
internal sealed class InfoText
{
    private readonly StringBuilder _text = new();

    public static string Of(SystemInfo info)
    {
        InfoText page = new();
        page.Counts(info);
        page.Drivers(info);
        page.Runtimes(info);
        page.Machine(info);
        page.Debugging(info);
        page.Surroundings(info);
        return page._text.Append('\n').ToString();
    }

    private void Counts(SystemInfo info)
    {
        Line("Containers", Number(info.Containers));
        Line(" Running", Number(info.ContainersRunning));
        Line(" Paused", Number(info.ContainersPaused));
        Line(" Stopped", Number(info.ContainersStopped));
        Line("Images", Number(info.Images));
        Optional("Server Version", info.ServerVersion);
    }

    private void Drivers(SystemInfo info)
    {
        Optional("Storage Driver", info.Driver);
        foreach (List<string> pair in info.DriverStatus.Where(pair => pair.Count == 2)) Line($" {pair[0]}", pair[1]);
        Optional("Logging Driver", info.LoggingDriver);
        Optional("Cgroup Driver", info.CgroupDriver);
        Optional("Cgroup Version", info.CgroupVersion);
        Heading("Plugins");
        Line(" Volume", string.Join(' ', info.Plugins.Volume));
        Line(" Network", string.Join(' ', info.Plugins.Network));
        if (info.Plugins.Authorization is { Count: > 0 } authorization) Line(" Authorization", string.Join(' ', authorization));
        Line(" Log", string.Join(' ', info.Plugins.Log));
        List("CDI spec directories", info.CDISpecDirs);
        Line("Swarm", info.Swarm.LocalNodeState);
    }

    private void Runtimes(SystemInfo info)
    {
        if (info.Runtimes.Count > 0)
        {
            Line("Runtimes", string.Join(' ', info.Runtimes.Keys.Order(StringComparer.Ordinal)));
            Line("Default Runtime", info.DefaultRuntime);
        }
        Optional("Init Binary", info.InitBinary);
        Optional("containerd version", info.ContainerdCommit.ID);
        Optional("runc version", info.RuncCommit.ID);
        Optional("init version", info.InitCommit.ID);
        if (info.SecurityOptions.Count == 0) return;
        Heading("Security Options");
        foreach (string option in info.SecurityOptions) SecurityOption(option);
    }

    /// <summary>"name=seccomp,profile=default" is a name with its properties below.</summary>
    private void SecurityOption(string option)
    {
        foreach (string part in option.Split(','))
        {
            int equals = part.IndexOf('=');
            string key = equals < 0 ? "name" : part[..equals], value = part[(equals + 1)..];
            if (key == "name") _text.Append(CultureInfo.InvariantCulture, $"  {value}\n");
            else _text.Append(CultureInfo.InvariantCulture, $"   {char.ToUpperInvariant(key[0])}{key[1..]}: {value}\n");
        }
    }

    private void Machine(SystemInfo info)
    {
        Optional("Kernel Version", info.KernelVersion);
        Optional("Operating System", info.OperatingSystem);
        Optional("OSType", info.OSType);
        Optional("Architecture", info.Architecture);
        Line("CPUs", Number(info.NCPU));
        Line("Total Memory", ByteSize.BinaryText(info.MemTotal));
        Optional("Name", info.Name);
        Optional("ID", info.ID);
        Line("Docker Root Dir", info.DockerRootDir);
    }

    private void Debugging(SystemInfo info)
    {
        Line("Debug Mode", Truth(info.Debug));
        if (!info.Debug) return;
        Line(" File Descriptors", Number(info.NFd));
        Line(" Threads", Number(info.NGoroutines));
        Line(" System Time", info.SystemTime);
        Line(" EventsListeners", Number(info.NEventsListener));
    }

    private void Surroundings(SystemInfo info)
    {
        Optional("HTTP Proxy", info.HttpProxy);
        Optional("HTTPS Proxy", info.HttpsProxy);
        Optional("No Proxy", info.NoProxy);
        List("Labels", info.Labels);
        Line("Experimental", Truth(info.ExperimentalBuild));
        if (info.RegistryConfig is { } registries)
        {
            List("Insecure Registries",
                [.. (registries.IndexConfigs ?? []).Where(r => !r.Value.Secure).Select(r => r.Key),
                    .. registries.InsecureRegistryCIDRs ?? []]);
            List("Registry Mirrors", registries.Mirrors ?? []);
        }
        Line("Live Restore Enabled", Truth(info.LiveRestoreEnabled));
        Optional("Product License", info.ProductLicense);
        if (info.DefaultAddressPools is { Count: > 0 } pools)
        {
            Heading("Default Address Pools");
            foreach (AddressPool pool in pools) _text.Append(CultureInfo.InvariantCulture, $"   Base: {pool.Base}, Size: {pool.Size}\n");
        }
        if (info.FirewallBackend is { } firewall) Line("Firewall Backend", firewall.Driver);
    }

    private void Heading(string name) => _text.Append(' ').Append(name).Append(":\n");

    private void Line(string name, string value) => _text.Append(' ').Append(name).Append(": ").Append(value).Append('\n');

    private void Optional(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Line(name, value);
    }

    private void List(string name, List<string> values)
    {
        if (values.Count == 0) return;
        Heading(name);
        foreach (string value in values) _text.Append("  ").Append(value).Append('\n');
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Truth(bool value) => value ? "true" : "false";
}
