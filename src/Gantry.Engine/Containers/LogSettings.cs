using System.Globalization;
using Gantry.Engine.Logs;
using Gantry.Shim;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Containers;

/// <summary>From <c>--log-driver</c> and <c>--log-opt</c> to what the supervisor does. Rotation is on unless it is switched off.</summary>
internal static class LogSettings
{
    public static void Check(Api.Containers.LogConfig config)
    {
        if (!LogDriver.All.Contains(config.Type))
            throw GantryException.Invalid($"logger: no log driver named '{config.Type}' is registered");
        Delivery(config.Config);
        // Nothing is kept, and so nothing is to be said about how.
        if (config.Type == LogDriver.None) return;
        foreach ((string key, string value) in config.Config)
        {
            switch (key)
            {
                case "max-size": Size(value); break;
                case "max-file": Files(value); break;
                case "compress": Boolean(key, value); break;
                case "mode" or "max-buffer-size": break;
                case "labels" or "env" or "tag" or "env-regex" or "labels-regex" when config.Type == LogDriver.JsonFile:
                    LogAttributes.Check(key, value);
                    break;
                default: throw GantryException.Invalid($"unknown log opt '{key}' for {config.Type} log driver");
            }
        }
        if (IsTrue(config.Config.GetValueOrDefault("compress")) && !Rotates(config.Config))
            throw GantryException.Invalid("compress cannot be true when max-file is less than 2 or max-size is not set");
    }

    /// <param name="warnings">Get what is accepted and has no effect here.</param>
    public static void Warn(Api.Containers.LogConfig config, List<string> warnings)
    {
        if (config.Config.GetValueOrDefault("mode") == "non-blocking")
            warnings.Add("Logs are written as the container writes them by this engine. Log option mode=non-blocking discarded.");
    }

    private static void Delivery(Dictionary<string, string> options)
    {
        string mode = options.GetValueOrDefault("mode", "");
        if (mode is not ("" or "blocking" or "non-blocking")) throw GantryException.Invalid($"logger: logging mode not supported: {mode}");
        if (!options.TryGetValue("max-buffer-size", out string? buffer)) return;
        if (mode != "non-blocking")
            throw GantryException.Invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
        if (!ByteSize.TryParse(buffer, out _))
            throw GantryException.Invalid($"error parsing option max-buffer-size: invalid size: '{buffer}'");
    }

    private static void Boolean(string key, string value)
    {
        if (GoBool.Parse(value) is null)
            throw GantryException.Invalid($"invalid value for {key}: '{value}' is neither true nor false");
    }

    private static bool IsTrue(string? value) => GoBool.Parse(value) == true;

    private static bool Rotates(Dictionary<string, string> options) =>
        !(options.TryGetValue("max-size", out string? size) && Size(size) < 0)
            && !(options.TryGetValue("max-file", out string? files) && Files(files) < 2);

    /// <summary>Earlier versions kept the driver local as json-file: what they, or their supervisors, wrote is read first.</summary>
    public static LogReader Reader(Container container)
    {
        ContainerPaths paths = container.Paths;
        return container.HostConfig.LogConfig.Type == LogDriver.Local
            ? new LogReader(paths.LocalLog, LogDriver.Local, earlier: paths.Log) : new LogReader(paths.Log);
    }

    public static LogConfig Of(Container container)
    {
        Api.Containers.LogConfig config = container.HostConfig.LogConfig;
        // Options of what keeps nothing were not looked at, and may be anything.
        if (config.Type == LogDriver.None) return new() { Driver = LogDriver.None };
        // As with Docker: local packs unless told not to, json-file when told to.
        string? compress = config.Config.GetValueOrDefault("compress");
        LogConfig log = new() { Driver = config.Type,
            Path = config.Type == LogDriver.Local ? container.Paths.LocalLog : container.Paths.Log,
            Attributes = LogAttributes.Of(container.Record, config.Config),
            Compress = (compress is null ? config.Type == LogDriver.Local : IsTrue(compress)) && Rotates(config.Config) };
        if (config.Config.TryGetValue("max-size", out string? size)) log = log with { MaxSize = Size(size) };
        if (config.Config.TryGetValue("max-file", out string? files)) log = log with { MaxFiles = Files(files) };
        return log;
    }

    /// <summary>In powers of 1000, as Docker takes it; -1 switches rotation off.</summary>
    private static long Size(string text) =>
        text == "-1" ? -1 : ByteSize.TryParseDecimal(text, out long bytes) && bytes > 0 ? bytes
            : throw GantryException.Invalid($"invalid value for max-size: '{text}'");

    private static int Files(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count
            : throw GantryException.Invalid($"max-file must be 1 or more, got '{text}'");
}
