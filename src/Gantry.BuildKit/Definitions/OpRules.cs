using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>What each operation must be like, whatever it does.</summary>
internal static class OpRules
{
    /// <exception cref="GantryException">Invalid, Unsupported.</exception>
    public static void Check(OpNode node)
    {
        foreach ((string capability, bool isNeeded) in node.Metadata.Caps)
            if (isNeeded && !GraphCapabilities.All.Contains(capability))
                throw GantryException.Unsupported($"requested feature {Shown(capability)} has not been implemented here: {node.Title}");
        KnownFields.Check(node.Op, Op.Parser, $"the operation {node.Title}");
        if (node.Op.Constraints?.Filter.Count > 0)
            throw GantryException.Unsupported($"filters of workers are not supported: there is one ({node.Title})");
        if (node.Op.Platform is { OS: not ("" or "linux") } platform)
            throw GantryException.Unsupported($"the operation {node.Title} is for {Shown(platform.OS)}: this engine builds for linux");
        switch (node.Op.OpCase)
        {
            case Op.OpOneofCase.None:
                throw GantryException.Invalid("an operation of a graph does nothing");
            case Op.OpOneofCase.Build:
                throw GantryException.Unsupported("a graph within a graph (BuildOp) is not built by this engine");
        }
    }

    /// <summary>Neither names nor paths, arguments or variables have a NUL.</summary>
    /// <exception cref="GantryException">Invalid: this has.</exception>
    public static string Text(string text, string what) =>
        !text.Contains('\0') ? text : throw GantryException.Invalid($"{what} has a NUL in it");

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
