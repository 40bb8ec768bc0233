using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>A rule of a <see cref="ScriptedChatClient"/>: what is answered to which prompt.</summary>
public sealed partial class ScriptedRule
{
    private readonly Func<ScriptedPrompt, ChatMessage?> _answer;

    /// <summary>A rule by words.</summary>
    /// <param name="words">Fits if the last message of the user has all of these words, such as <c>price electric</c>: whole ones, in whatever order and case.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="ArgumentException">There is no word.</exception>
    public ScriptedRule(string words, string answer)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(answer);
        HashSet<string> wanted = WordsOf(words);
        if (wanted.Count == 0)
        {
            throw new ArgumentException("A rule by words has one word at least.", nameof(words));
        }

        _answer = prompt => wanted.IsSubsetOf(WordsOf(prompt.Question)) ? Say(answer) : null;
    }

    /// <summary>A rule of code.</summary>
    /// <param name="answer">The answer to a prompt; <see langword="null"/> if the rule does not fit. What it throws, the call throws.</param>
    public ScriptedRule(Func<ScriptedPrompt, string?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = prompt => answer(prompt) is { } text ? Say(text) : null;
    }

    /// <summary>A rule of code that may also ask for tools.</summary>
    /// <param name="answer">The answer to a prompt, with a <see cref="FunctionCallContent"/> for each tool; <see langword="null"/> if the rule does not fit. What it throws, the call throws.</param>
    public ScriptedRule(Func<ScriptedPrompt, ChatMessage?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = answer;
    }

    internal ChatMessage? Answer(ScriptedPrompt prompt) => _answer(prompt);

    private static ChatMessage Say(string text) => new(ChatRole.Assistant, text);

    private static HashSet<string> WordsOf(string text) => Word().Matches(text).Select(match => match.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
