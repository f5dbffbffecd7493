using System.Globalization;
using System.Net;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Options;

/// <summary>Options that name hosts, policies and security settings.</summary>
internal static class HostFlags
{
    /// <summary><c>name:address</c> or <c>name=address</c>; the address may be <c>host-gateway</c>.</summary>
    public static string ExtraHost(string text)
    {
        int split = text.IndexOf('=');
        if (split < 0) split = text.IndexOf(':');
        if (split < 1) throw new FormatException($"bad format for add-host: \"{text}\"");
        string address = text[(split + 1)..].TrimStart('[').TrimEnd(']');
        if (address != "host-gateway" && !AddressText.IsAddress(address))
            throw new FormatException($"invalid IP address in add-host: \"{address}\"");
        return $"{text[..split]}:{address}";
    }

    public static string Address(string text) =>
        AddressText.TryParse(text.Trim(), out IPAddress? address) ? address.ToString()
            : throw new FormatException($"IP address is not correctly formatted: {text}");

    /// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure[:most tries]</c>.</summary>
    public static RestartPolicy Restart(string text)
    {
        if (text.Length == 0) return new RestartPolicy();
        int colon = text.IndexOf(':');
        string name = colon < 0 ? text : text[..colon];
        if (name.Length == 0) throw new FormatException("invalid restart policy format: no policy provided before colon");
        int count = 0;
        if (colon >= 0 && !int.TryParse(text[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count))
            throw new FormatException("invalid restart policy format: maximum retry count must be an integer");
        return new RestartPolicy { Name = name, MaximumRetryCount = count };
    }

    public static string Attachment(string text) => text.ToLowerInvariant() is "stdin" or "stdout" or "stderr" ? text.ToLowerInvariant()
        : throw new FormatException("valid streams are STDIN, STDOUT and STDERR");

    /// <summary>Puts the options where the daemon looks for them: a seccomp profile is read here, because the file is ours.</summary>
    public static void Security(List<string> options, HostConfig host)
    {
        List<string> result = [];
        foreach (string option in options)
        {
            int split = option.IndexOfAny(['=', ':']);
            string key = split < 0 ? option : option[..split], value = split < 0 ? "" : option[(split + 1)..];
            if (split < 0 && key != "no-new-privileges") throw new CliException($"Invalid --security-opt: \"{option}\"", 125);
            if (key == "systempaths" && value == "unconfined") (host.MaskedPaths, host.ReadonlyPaths) = ([], []);
            else if (key == "seccomp" && value is not ("unconfined" or "builtin")) result.Add($"seccomp={Profile(value)}");
            else result.Add(split < 0 ? key : $"{key}={value}");
        }
        if (result.Count > 0) host.SecurityOpt = result;
    }

    private static string Profile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"opening seccomp profile ({path}) failed: open {path}: {FileFailure.Text(e)}", 125);
        }
    }
}
