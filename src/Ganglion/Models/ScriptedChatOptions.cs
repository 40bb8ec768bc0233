namespace Ganglion.Models;

/// <summary>What a <see cref="ScriptedChatClient"/> does beside its rules.</summary>
public sealed record ScriptedChatOptions
{
    /// <summary>The answer where no rule fits. Default: that it is a script, and has none.</summary>
    public string DefaultAnswer { get; init; } = "I am a script, not a language model, and none of my rules has an answer to that.";

    /// <summary>How long an answer takes; the words of a streamed one come spread over it. Default: no time. At most a day.</summary>
    public TimeSpan AnswerTime { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
