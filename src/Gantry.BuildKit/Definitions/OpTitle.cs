using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>What an operation does, in a line.</summary>
internal static class OpTitle
{
    /// <summary>Characters that are shown of one, and actions that are named.</summary>
    private const int Longest = 1000, MostActions = 20;

    public static string Of(Op op)
    {
        string title = op.OpCase switch
        {
            Op.OpOneofCase.Source => op.Source.Identifier,
            Op.OpOneofCase.Exec => string.Join(' ', op.Exec.Meta?.Args ?? []),
            Op.OpOneofCase.File => string.Join(", ", op.File.Actions.Take(MostActions).Select(Of)),
            Op.OpOneofCase.Merge => "merge",
            Op.OpOneofCase.Diff => "diff",
            _ => op.OpCase.ToString(),
        };
        return Cut(title);
    }

    /// <summary>What is shown of a text: it is told and kept many times.</summary>
    public static string Cut(string title) => title.Length <= Longest ? title : title[..Longest] + "…";

    private static string Of(FileAction action) => action.ActionCase switch
    {
        FileAction.ActionOneofCase.Copy => $"copy {action.Copy.Src} {action.Copy.Dest}",
        FileAction.ActionOneofCase.Mkfile => $"mkfile {action.Mkfile.Path}",
        FileAction.ActionOneofCase.Mkdir => $"mkdir {action.Mkdir.Path}",
        FileAction.ActionOneofCase.Rm => $"rm {action.Rm.Path}",
        FileAction.ActionOneofCase.Symlink => $"symlink {action.Symlink.Newpath}",
        _ => "?",
    };
}
