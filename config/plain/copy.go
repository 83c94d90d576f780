package plain

import "reflect"

// Copy gives a thing of the same worth that shares nothing with it that could be changed.
func Copy[T any](thing T) T {
	c := copier{}
	c.own(reflect.ValueOf(&thing).Elem())
	return thing
}

// copier knows of types whether values of them share anything.
type copier map[reflect.Type]bool

func (c copier) shares(t reflect.Type) bool {
	s, known := c[t]
	if known {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		s = true
	case reflect.Struct:
		for i := range t.NumField() {
			s = s || c.shares(t.Field(i).Type)
		}
	}
	c[t] = s
	return s
}

// own puts copies in the place of all that v shares.
func (c copier) own(v reflect.Value) {
	if !c.shares(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			c.own(v.Field(i))
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(v.Elem())
		c.own(p.Elem())
		v.Set(p)
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(list, v)
		for i := range list.Len() {
			c.own(list.Index(i))
		}
		v.Set(list)
	case reflect.Map:
		c.ownMap(v)
	}
}

func (c copier) ownMap(v reflect.Value) {
	if v.IsNil() {
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), v.Len())
	key, item := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
	for i := v.MapRange(); i.Next(); {
		key.SetIterKey(i)
		item.SetIterValue(i)
		c.own(item)
		m.SetMapIndex(key, item)
	}
	v.Set(m)
}
