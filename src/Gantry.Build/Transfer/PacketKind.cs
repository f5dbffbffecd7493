namespace Gantry.Build.Transfer;

/// <summary>What a packet is, by the numbers of the protocol.</summary>
public enum PacketKind
{
    /// <summary>From who has the files: the next of them; without a stat there are no more.</summary>
    Stat = 0,
    /// <summary>From who wants them: the content of one, by its number.</summary>
    Request = 1,
    /// <summary>A piece of a content that was asked for; an empty one ends it.</summary>
    Data = 2,
    /// <summary>Everything has come, and the answer to that.</summary>
    End = 3,
    /// <summary>Why it does not go on, in words.</summary>
    Error = 4,
}
