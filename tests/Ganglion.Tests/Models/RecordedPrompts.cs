using System.Collections.Concurrent;
using Ganglion.Models;

namespace Ganglion.Tests.Models;

/// <summary>The rule of a model that answers one thing after the other, and keeps what it was asked.</summary>
internal sealed class RecordedPrompts
{
    private readonly ConcurrentQueue<string> _answers = new();
    private readonly ConcurrentQueue<ScriptedPrompt> _prompts = new();

    public IReadOnlyList<ScriptedPrompt> Prompts => [.. _prompts];

    public RecordedPrompts Then(string answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public string Answer(ScriptedPrompt prompt)
    {
        _prompts.Enqueue(prompt);
        return _answers.TryDequeue(out string? answer) ? answer : throw new InvalidOperationException("no answer is left");
    }
}
