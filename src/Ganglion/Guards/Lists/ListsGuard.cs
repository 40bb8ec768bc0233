using Ganglion.Configuring;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Lists;

/// <summary>Judges by the words and names that a text has in it.</summary>
internal sealed class ListsGuard : IBoundedGuard
{
    private readonly TextSource _source;
    private readonly PhraseLists _lists;

    private ListsGuard(SettingsReader settings)
    {
        _source = TextSource.Read(settings);
        _lists = new PhraseLists(settings, "lists", GuardAction.Read(settings, new GuardAction(GuardActionKind.Block)));
        if (_lists.IsEmpty)
        {
            settings.Fault("lists", "has no lists: add one at least.");
        }

        settings.End();
    }

    public static IGuard Create(GuardSite site) => new ListsGuard(site.Settings);

    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        if (_source.Of(guarded) is not { } text)
        {
            return ValueTask.FromResult(Verdict.Pass());
        }

        VerdictDraft? draft = null;
        for (int part = 0; part < text.Span.Length; part++)
        {
            _lists.Judge(text, part, ref draft);
        }

        return ValueTask.FromResult(draft?.ToVerdict(text) ?? Verdict.Pass());
    }
}
