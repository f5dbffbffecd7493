using System.Globalization;
using System.Text.Json;
using Gantry.Api.Wire;

namespace Gantry.Daemon.Configuration;

/// <summary>What a reload changes: registries, limits of transfers, labels, logging. The rest is built into what runs.</summary>
public sealed partial class DaemonOptions
{
    /// <summary>Takes over from the options that the daemon was started with what the next start alone can change,
    /// so that nobody is told otherwise.</summary>
    public void KeepUntilRestart(DaemonOptions running)
    {
        _namedDataRoot = running._namedDataRoot;
        (DataRoot, ExecRoot, PidFile, Group) = (running.DataRoot, running.ExecRoot, running.PidFile, running.Group);
        (StorageDriver, CgroupParent, DefaultRuntime, LogDriver) =
            (running.StorageDriver, running.CgroupParent, running.DefaultRuntime, running.LogDriver);
        (Tls, TlsVerify) = (running.Tls, running.TlsVerify);
        (Bridge, BridgeAddress, FixedRange, FixedRange6, IPv6) =
            (running.Bridge, running.BridgeAddress, running.FixedRange, running.FixedRange6, running.IPv6);
        AddressPools.Clear();
        AddressPools.AddRange(running.AddressPools);
        Hosts.Clear();
        Hosts.AddRange(running.Hosts);
    }

    /// <summary>For the event: dockerd's names and its way of writing lists.</summary>
    public Dictionary<string, string> Describe(string name) => new()
    {
        ["name"] = name,
        ["debug"] = Debug ? "true" : "false",
        ["labels"] = Json(Labels),
        ["live-restore"] = "true",
        ["registry-mirrors"] = Json(RegistryMirrors),
        ["insecure-registries"] = Json(InsecureRegistries),
        ["max-concurrent-downloads"] = MaxConcurrentDownloads.ToString(CultureInfo.InvariantCulture),
        ["max-concurrent-uploads"] = MaxConcurrentUploads.ToString(CultureInfo.InvariantCulture),
        ["max-download-attempts"] = MaxDownloadAttempts.ToString(CultureInfo.InvariantCulture),
        ["shutdown-timeout"] = ShutdownTimeout.ToString(CultureInfo.InvariantCulture),
    };

    private static string Json(List<string> texts) => JsonSerializer.Serialize(texts, ApiJson.Wire.ListString);
}
