package bus

import (
	"context"
	"sync"
)

// Wake wakes for each batch of a topic until the context ends, for whoever then looks at everything: what is dropped was only
// news. A topic that is nil has none.
func Wake[T any](ctx context.Context, parts *sync.WaitGroup, topic *Topic[T], wake func()) {
	if topic == nil {
		return
	}
	queue := topic.Queue(4)
	parts.Go(func() {
		defer queue.Close()
		for {
			if _, err := queue.Next(ctx); err != nil {
				return
			}
			wake()
		}
	})
}
